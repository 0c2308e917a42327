import { command as define, noArgs } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { filter, force, printPruned, printReclaimed, pruneContainers } from "../prune.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { filter: filter(), force },
  examples: [["drydock container prune --force --filter until=24h", "remove what has ended and is older than a day"]],
  async run(cli, { flags }) {
    if (!flags.force && !(await confirmed(cli, "WARNING! This will remove all stopped containers."))) return
    const pruned = await pruneContainers(cli, flags.filter)
    printPruned(cli, pruned)
    printReclaimed(cli, pruned.bytes)
  },
})
