import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "MACHINE",
  arity: exactly(1),
  flags: {},
  examples: [['eval "$(drydock machine env manager2)"', "from now on docker and drydock talk to manager2"]],
  async run(cli, { args: [name = ""] }) {
    const list = await machines(cli.engine, cli.host).list()
    const machine = list.find(({ Name }) => Name === name)
    if (machine === undefined) {
      throw new CliError(`no such machine: ${name} (there are ${list.map(({ Name }) => Name).join(", ")})`)
    }
    if (machine.Port === undefined) throw new CliError(`${name} has no API to point at`)
    cli.out(`export DOCKER_HOST=tcp://127.0.0.1:${machine.Port}\n`)
    cli.out(`# Run this to use it: eval "$(drydock machine env ${name})"\n`)
  },
})
