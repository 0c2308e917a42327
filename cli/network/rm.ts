import { bool } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { NetworkSummary } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { CliError, isNotFound } from "../errors.ts"

export const command = define({
  usage: "NETWORK [NETWORK...]",
  arity: atLeast(1),
  flags: { force: bool("Do not error if the network does not exist", { short: "f" }) },
  examples: [["drydock network rm backend", "remove a network that nothing uses"]],
  async run(cli, { flags, args }) {
    let failed = false
    for (const name of args) {
      if ((await isIngress(cli, name)) && !(await confirmed(cli, warning))) continue
      try {
        await cli.engine.delete(at("networks", name))
        cli.out(`${name}\n`)
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        if (flags.force && isNotFound(error)) continue
        cli.err(`${error.message}\n`)
        failed = true
      }
    }
    if (failed) throw new CliError("exit status 1")
  },
})

async function isIngress(cli: Cli, name: string): Promise<boolean> {
  try {
    return (await cli.engine.get<NetworkSummary>(at("networks", name))).Ingress === true
  } catch (error) {
    if (error instanceof CliError) return false
    throw error
  }
}

const warning =
  "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. " +
  "Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired."
