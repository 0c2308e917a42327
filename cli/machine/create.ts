import { bytes, cpus, labels } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { toMap } from "../service/options/key-value.ts"
import { machines } from "./api.ts"

export const command = define({
  usage: "[OPTIONS] MACHINE",
  arity: exactly(1),
  flags: {
    cpus: cpus("CPUs of the machine (default 4.00)"),
    memory: bytes("Memory of the machine (default 8GiB)"),
    label: labels("Label of its engine, for constraints on engine.labels"),
  },
  examples: [
    ["drydock machine create node9", "a machine that belongs to no swarm; make it join with the docker CLI"],
    ["drydock machine create --cpus 16 --memory 64G --label disk=ssd big1", "a larger one"],
  ],
  async run(cli, { flags, args: [name = ""] }) {
    const machine = await machines(cli.engine, cli.host).create({
      Name: name,
      ...(flags.cpus !== undefined && { NanoCPUs: flags.cpus }),
      ...(flags.memory !== undefined && { MemoryBytes: flags.memory }),
      ...(flags.label.length > 0 && { Labels: toMap(flags.label) }),
    })
    cli.out(`${machine.Name}\n`)
    if (machine.Port !== undefined) cli.out(`\n  docker -H tcp://127.0.0.1:${machine.Port} swarm join --token ...\n`)
  },
})
