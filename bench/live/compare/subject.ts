import { type Answer, call } from "../api.ts"
import { LiveCluster } from "../cluster.ts"
import type { Dockerd } from "../dockerd.ts"
import { eventually } from "../eventually.ts"
import type { Machine } from "../lan.ts"
import { idOf, nodesOf, tokensOf } from "../views.ts"

export interface Host {
  readonly machine: Machine
  readonly dockerd: Dockerd
}

/** A node of a cluster that is measured. */
export interface Member {
  readonly name: string
  /** Of its API. */
  readonly socketPath: string
  readonly pid: () => number | undefined
  readonly kill: () => Promise<void>
  /** Told to end in good order; does not wait until it has. */
  readonly stop: () => void
  readonly start: () => Promise<void>
}

/** A cluster of three managers and one worker on the same engines, whichever makes it: the worker is the last. */
export interface Subject {
  readonly name: "Swarm" | "Drydock"
  readonly members: ReadonlyArray<Member>
  readonly end: () => Promise<void>
}

export const managers = 3
export const workers = 1

/** The engines' own swarm. */
export async function swarm(hosts: ReadonlyArray<Host>): Promise<Subject> {
  const [first, ...others] = hosts
  if (!first) throw new Error("no hosts")
  const { docker } = first.dockerd
  await docker("swarm", "init", "--advertise-addr", first.machine.address)
  const { body } = await call(first.dockerd.socketPath, "GET", "/swarm")
  const { JoinTokens } = tokensOf(body)
  for (const [at, { dockerd }] of others.entries()) {
    const token = at + 1 < managers ? JoinTokens.Manager : JoinTokens.Worker
    await dockerd.docker("swarm", "join", "--token", token, `${first.machine.address}:2377`)
  }
  const members = hosts.map(({ dockerd, machine }, at): Member => {
    return {
      name: hostName(at),
      socketPath: dockerd.socketPath,
      pid: () => dockerd.pid,
      kill: () => dockerd.kill(),
      stop: () => {
        const { pid } = dockerd
        if (pid !== undefined) process.kill(pid, "SIGTERM")
      },
      start: async () => {
        await eventually(`dockerd on ${machine.address} has ended`, async () => {
          if (dockerd.pid !== undefined) throw new Error("it runs")
        })
        await dockerd.start()
      },
    }
  })
  const end = async () => {
    for (const { dockerd } of [...hosts].reverse()) await dockerd.docker("swarm", "leave", "--force")
  }
  await ready(members)
  return { name: "Swarm", members, end }
}

/** Drydock beside the same engines, in the same network namespaces. */
export async function drydock(hosts: ReadonlyArray<Host>): Promise<Subject> {
  const place = (index: number) => {
    const host = hosts[index]
    if (!host) throw new Error("too few hosts")
    return { engine: `unix://${host.dockerd.socketPath}`, machine: host.machine }
  }
  const cluster = await LiveCluster.start({ managers, workers, place })
  const members = cluster.nodes.map((node): Member => {
    return {
      name: node.name,
      socketPath: node.socketPath,
      pid: () => node.pid,
      kill: async () => {
        await node.end("SIGKILL")
      },
      stop: () => node.signal("SIGTERM"),
      start: async () => {
        await node.end("SIGTERM")
        node.start()
      },
    }
  })
  return { name: "Drydock", members, end: () => cluster.end() }
}

export const hostName = (at: number): string => (at < managers ? `manager${at + 1}` : `worker${at - managers + 1}`)

/** Until every node is ready and every manager reachable. */
export const ready = (members: ReadonlyArray<Member>): Promise<void> =>
  eventually(
    "all nodes are ready",
    async () => {
      const nodes = nodesOf(await get(members[0], "/nodes"))
      for (const { Description, Status, ManagerStatus } of nodes) {
        if (Status.State !== "ready") throw new Error(`${Description.Hostname} is ${Status.State}`)
        if ((ManagerStatus?.Reachability ?? "reachable") !== "reachable")
          throw new Error(`${Description.Hostname} is not reachable`)
      }
      if (nodes.length !== members.length) throw new Error(`${nodes.length} nodes`)
    },
    { patience_ms: 90_000, every_ms: 200 },
  )

export async function get(member: Member | undefined, path: string): Promise<unknown> {
  return expectOk(await ask(member, "GET", path), path)
}

export async function post(member: Member | undefined, path: string, body: unknown): Promise<unknown> {
  return expectOk(await ask(member, "POST", path, body), path)
}

export const create = async (member: Member | undefined, path: string, body: unknown): Promise<string> =>
  idOf(await post(member, path, body))

const ask = (
  member: Member | undefined,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Answer> =>
  call(member?.socketPath ?? "", method, `/v1.40${path}`, { timeout_ms: 30_000, ...(body !== undefined && { body }) })

function expectOk({ status, error, body }: Answer, path: string): unknown {
  if (status >= 300 || status === 0) throw new Error(`${path}: ${status} ${error}`)
  return body
}
