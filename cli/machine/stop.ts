import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE [MACHINE...]",
  arity: atLeast(1),
  flags: {},
  examples: [
    ["drydock machine stop manager1", "shut a machine down: if its manager leads, another one takes over first"],
  ],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await machines(cli.engine, cli.host).stop(name)
      cli.out(`${name}\n`)
    }),
})
