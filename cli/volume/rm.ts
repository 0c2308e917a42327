import { bool } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  arity: atLeast(1),
  flags: { force: bool("Force the removal of one or more volumes", { short: "f" }) },
  examples: [["drydock volume rm data", "remove a volume that no container uses"]],
  run: (cli, { flags, args }) =>
    forEach(args, async (name) => {
      await cli.engine.delete(at("volumes", name), { query: { force: flags.force ? 1 : undefined } })
      cli.out(`${name}\n`)
    }),
})
