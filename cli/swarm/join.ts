import { text } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { addressFlags, availabilityOf, listenAddress } from "./address.ts"

export const command = define({
  usage: "[OPTIONS] HOST:PORT",
  arity: exactly(1),
  flags: { ...addressFlags, token: text("Token for entry into the swarm") },
  examples: [
    [
      "drydock --host tcp://127.0.0.1:2376 swarm join --token SWMTKN-1-... 10.0.0.1:2377",
      "have the machine that answers there join a manager's swarm; swarm join-token prints the line",
    ],
  ],
  async run(cli, { flags, changed, args: [remote = ""] }) {
    const body = {
      ListenAddr: listenAddress(flags["listen-addr"]),
      AdvertiseAddr: flags["advertise-addr"],
      DataPathAddr: flags["data-path-addr"],
      RemoteAddrs: [remote],
      JoinToken: flags.token,
      ...availabilityOf(flags.availability, changed),
    }
    await cli.engine.post("/swarm/join", { body })
    const info = await cli.engine.get<{ readonly Swarm?: { readonly ControlAvailable?: boolean } }>("/info")
    cli.out(`This node joined a swarm as a ${info.Swarm?.ControlAvailable === true ? "manager" : "worker"}.\n`)
  },
})
