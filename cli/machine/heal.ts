import { command as define, noArgs } from "../command.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "",
  arity: noArgs,
  flags: {},
  examples: [["drydock machine heal", "every machine reaches every other again"]],
  async run(cli) {
    await machines(cli.engine, cli.host).heal()
    cli.out("healed\n")
  },
})
