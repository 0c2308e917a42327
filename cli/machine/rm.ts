import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE [MACHINE...]",
  arity: atLeast(1),
  flags: {},
  examples: [
    ["drydock machine rm node9", "take a machine away for good; its node stays in the list until it is removed"],
  ],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await machines(cli.engine, cli.host).remove(name)
      cli.out(`${name}\n`)
    }),
})
