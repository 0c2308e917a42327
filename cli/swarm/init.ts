import { bool, commaList, one } from "../args/flag.ts"
import { parseUint } from "../args/numbers.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError, messageOf } from "../errors.ts"
import { addressFlags, availabilityOf, listenAddress } from "./address.ts"
import { emptySpec, swarmFlags, withSwarmFlags } from "./flags.ts"
import { printJoinCommand, printUnlockCommand, unlockKey } from "./words.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    ...addressFlags,
    ...swarmFlags,
    autolock: bool("Enable manager autolocking (requiring an unlock key to start a stopped manager)"),
    "data-path-port": one(
      "uint32",
      "Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.",
      parseUint,
    ),
    "default-addr-pool": commaList("default address pool in CIDR format", { type: "ipNetSlice" }),
    "default-addr-pool-mask-length": one("uint32", "default address pool subnet mask length (default 24)", parseUint),
    "force-new-cluster": bool("Force create a new cluster from current state"),
  },
  examples: [
    [
      "drydock --host tcp://127.0.0.1:2375 swarm init",
      "make the machine that answers there the first manager of a swarm",
    ],
    ["drydock swarm init --force-new-cluster", "go on alone with what this manager knows, when the others are lost"],
  ],
  async run(cli, { flags, changed }) {
    const body = {
      ListenAddr: listenAddress(flags["listen-addr"]),
      AdvertiseAddr: flags["advertise-addr"],
      DataPathAddr: flags["data-path-addr"],
      DataPathPort: flags["data-path-port"] ?? 0,
      ForceNewCluster: flags["force-new-cluster"],
      Spec: {
        ...withSwarmFlags(emptySpec, flags, undefined),
        EncryptionConfig: { AutoLockManagers: flags.autolock },
      },
      AutoLockManagers: flags.autolock,
      DefaultAddrPool: flags["default-addr-pool"],
      SubnetSize: flags["default-addr-pool-mask-length"] ?? 24,
      ...availabilityOf(flags.availability, changed),
    }
    const id = await cli.engine.post<string>("/swarm/init", { body }).catch(withAdvice)
    cli.out(`Swarm initialized: current node (${id}) is now a manager.\n\n`)
    await printJoinCommand(cli, id, "worker")
    cli.out("To add a manager to this swarm, run 'drydock swarm join-token manager' and follow the instructions.\n")
    if (flags.autolock) printUnlockCommand(cli, await unlockKey(cli))
  },
})

function withAdvice(error: unknown): never {
  const text = messageOf(error)
  if (/could not choose an IP address to advertise|could not find the system's IP address/.test(text))
    throw new CliError(`${text} - specify one with --advertise-addr`)
  throw error
}
