import { command as define } from "../command.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE [MACHINE]",
  arity: { min: 1, max: 2 },
  flags: {},
  examples: [
    ["drydock machine cut manager1 manager2", "no message between the two arrives any more, in either direction"],
    ["drydock machine cut manager1", "manager1 is cut off from all others"],
  ],
  async run(cli, { args: [a = "", b] }) {
    await machines(cli.engine, cli.host).cut(a, b)
  },
})
