import { ask, type Cluster } from "./cluster.ts"

/** What a step may name that no two swarms share: join tokens, addresses, who is down. */
const blanks: ReadonlyArray<readonly [RegExp, (cluster: Cluster, name: string) => Promise<string>]> = [
  [/\$(worker|manager)-token/, async (cluster, role) => firstOf(cluster, ["swarm", "join-token", "-q", role])],
  [
    /\$port-of-(manager\d)/,
    async (cluster, name) => firstOf(cluster, ["node", "inspect", "-f", "{{.ManagerStatus.Addr}}", own(cluster, name)]),
  ],
  [
    /\$ip-of-(worker\d)/,
    async (cluster, name) => firstOf(cluster, ["node", "inspect", "-f", "{{.Status.Addr}}", own(cluster, name)]),
  ],
  [/\$node-that-is-(down)/, async (cluster) => downNode(cluster)],
]

/** The command with its blanks filled in, as manager1 sees the swarm now. */
export async function fill(cluster: Cluster, cmd: string): Promise<string> {
  let filled = cmd
  for (const [pattern, find] of blanks) {
    const found = pattern.exec(filled)
    if (found) filled = filled.replace(found[0], await find(cluster, found[1] ?? ""))
  }
  return filled
}

const own = (cluster: Cluster, name: string): string =>
  [...cluster.names].find(([, inFixtures]) => inFixtures === name)?.[0] ?? name

async function firstOf(cluster: Cluster, args: ReadonlyArray<string>): Promise<string> {
  const [line = ""] = await ask(cluster.hosts.get("manager1") ?? "", args)
  return line
}

async function downNode(cluster: Cluster): Promise<string> {
  const nodes = await ask(cluster.hosts.get("manager1") ?? "", ["node", "ls", "--format", "{{.ID}} {{.Status}}"])
  return nodes.find((line) => line.endsWith(" Down"))?.split(" ")[0] ?? ""
}
