import { command as define, noArgs } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { filter, force, printPruned, pruneNetworks } from "../prune.ts"

const warning = "WARNING! This will remove all custom networks not used by at least one container."

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { filter: filter(), force },
  examples: [["drydock network prune --filter label=stage=test", "remove the unused networks with that label"]],
  async run(cli, { flags }) {
    if (flags.force || (await confirmed(cli, warning))) printPruned(cli, await pruneNetworks(cli, flags.filter))
  },
})
