import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE [MACHINE...]",
  arity: atLeast(1),
  flags: {},
  examples: [
    ["drydock machine crash manager1", "take the power from a machine: what it had not yet written to disk is lost"],
  ],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await machines(cli.engine, cli.host).crash(name)
      cli.out(`${name}\n`)
    }),
})
