import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE [MACHINE...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock machine start manager1", "it comes back with what is on its disk"]],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await machines(cli.engine, cli.host).start(name)
      cli.out(`${name}\n`)
    }),
})
