import { bool } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS] NODE [NODE...]",
  arity: atLeast(1),
  flags: { force: bool("Force remove a node from the swarm", { short: "f" }) },
  examples: [["drydock node rm worker2", "forget a node that is down"]],
  run: (cli, { flags, args }) =>
    forEach(args, async (name) => {
      await cli.engine.delete(at("nodes", name), { query: { force: flags.force ? "1" : undefined } })
      cli.out(`${name}\n`)
    }),
})
