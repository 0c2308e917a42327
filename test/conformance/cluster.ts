import { docker } from "./docker.ts"
import type { Names } from "./normalise/normalise.ts"

/** A cluster under test, real or simulated: where each machine answers, and what it is called there. */
export interface Cluster {
  /** Address (a DOCKER_HOST) of each machine known, by its name in the fixtures: manager1, worker2... */
  readonly hosts: ReadonlyMap<string, string>
  /** Its own names for the machines, to those of the fixtures. */
  readonly names: Names
  /** Swarm networks that were there before; everything else is removed between scenarios. */
  readonly networks: ReadonlyArray<string>
}

/** Asks who is behind each address. Fails unless the first is a manager of a cluster that runs nothing. */
export async function lookAround(addresses: ReadonlyArray<string>): Promise<Cluster> {
  const first = addresses[0]
  if (first === undefined) throw new Error("no address of a cluster was given")
  const names = await nameMachines(first)
  const running = await ask(first, ["service", "ls", "-q"])
  if (running.length > 0) throw new Error(`${first} runs ${running.length} services: this wants an empty cluster`)
  const hosts = new Map<string, string>()
  for (const address of addresses) {
    const [own = ""] = await ask(address, ["info", "--format", "{{.Name}}"])
    const name = names.get(own)
    if (name === undefined) throw new Error(`${address} calls itself ${own}, which is no node of ${first}`)
    hosts.set(name, address)
  }
  if (!hosts.has("manager1")) hosts.set("manager1", first)
  return { hosts, names, networks: await swarmNetworks(first) }
}

/** Lines that a docker command prints; fails when the command does. */
export async function ask(host: string, args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> {
  const { code, stdout, stderr } = await docker(host, args)
  if (code !== 0) throw new Error(`docker ${args.join(" ")} (${host}) exited with ${code}: ${stderr.trim()}`)
  return stdout.split("\n").filter((line) => line.trim() !== "")
}

export function swarmNetworks(host: string): Promise<ReadonlyArray<string>> {
  return ask(host, ["network", "ls", "--filter", "scope=swarm", "--format", "{{.Name}}"])
}

/** Managers in the order of their names are manager1, manager2...; the others worker1, worker2... */
async function nameMachines(host: string): Promise<Names> {
  const nodes = await ask(host, ["node", "ls", "--format", "{{.Hostname}}\t{{.ManagerStatus}}"])
  const order = new Intl.Collator("en", { numeric: true })
  const count = { manager: 0, worker: 0 }
  const rows = nodes.map((line) => line.split("\t")).toSorted((a, b) => order.compare(a[0] ?? "", b[0] ?? ""))
  return new Map(
    rows.map(([hostname = "", status = ""]) => {
      const role = status === "" ? "worker" : "manager"
      count[role] += 1
      return [hostname, `${role}${count[role]}`]
    }),
  )
}
