import { command as define, exactly } from "../command.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE MACHINE",
  arity: exactly(2),
  flags: {},
  examples: [["drydock machine cut manager1 manager2", "nothing passes between the two any more, in either direction"]],
  async run(cli, { args: [a = "", b = ""] }) {
    await machines(cli.engine, cli.host).cut(a, b)
    cli.out(`${a} -/- ${b}\n`)
  },
})
