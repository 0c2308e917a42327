import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node, Swarm } from "../client/types.ts"
import { CliError, messageOf } from "../errors.ts"

export const getSwarm = (cli: Cli): Promise<Swarm> => cli.engine.get<Swarm>("/swarm")

/** Says how a machine joins; nothing where the node that answers is no manager. */
export async function printJoinCommand(cli: Cli, nodeId: string, role: "worker" | "manager"): Promise<void> {
  const node = await cli.engine.get<Node>(at("nodes", nodeId))
  const { JoinTokens } = await getSwarm(cli)
  if (node.ManagerStatus === undefined) return
  const token = role === "worker" ? JoinTokens.Worker : JoinTokens.Manager
  cli.out(
    `To add a ${role} to this swarm, run the following command:\n\n    drydock swarm join --token ${token} ${node.ManagerStatus.Addr}\n\n`,
  )
}

export async function unlockKey(cli: Cli): Promise<string> {
  try {
    return (await cli.engine.get<{ readonly UnlockKey?: string }>("/swarm/unlockkey")).UnlockKey ?? ""
  } catch (error) {
    throw new CliError(`could not fetch unlock key: ${messageOf(error)}`)
  }
}

export function printUnlockCommand(cli: Cli, key: string): void {
  if (key === "") return
  cli.out(
    `To unlock a swarm manager after it restarts, run the \`drydock swarm unlock\`
command and provide the following key:

    ${key}

Remember to store this key in a password manager, since without it you
will not be able to restart the manager.
`,
  )
}
