import { newId } from "../../core/id.ts"
import { hours, type Instant } from "../../core/instant.ts"
import type { Role } from "../../core/model/node.ts"
import { Random } from "../../core/random.ts"
import type { MachineSize } from "../../nodes/engine/simulated/description.ts"
import type { EngineMessage } from "../../nodes/engine-message.ts"
import type { Envelope } from "../../nodes/envelope.ts"
import type { ManagerOutput, Member } from "../../nodes/manager/io.ts"
import type { Limits } from "../../raft/index.ts"
import { Network } from "../network/network.ts"
import { EventQueue } from "../time/event-queue.ts"
import { Trace } from "../trace.ts"
import { Host } from "./host.ts"

export interface WorldOptions {
  /** 1 to 7. */
  readonly managers: number
  readonly workers: number
  /** The same seed gives the same run. */
  readonly seed: string | number
  /** What the clock shows at first; milliseconds since the epoch. */
  readonly start?: Instant
  /** Keeps the hash of everything that happens; slows the run down. */
  readonly trace?: boolean
  /** What each machine has. NanoCPUs: 1e9 is one CPU. Default: 4 CPUs, 8 GiB. */
  readonly size?: MachineSize
  /** Raft's limits, where a story needs others: snapshots more often, say. */
  readonly raftLimits?: Partial<Limits>
}

/** 2026-01-01 09:00 UTC: a Thursday, for runs that name no start. */
export const defaultStart: Instant = Date.UTC(2026, 0, 1) + hours(9)

/** Hosts in a network, on one virtual clock. */
export class World {
  readonly seed: string
  readonly start: Instant
  readonly queue: EventQueue
  readonly network: Network<Envelope>
  readonly hosts: ReadonlyArray<Host>
  readonly trace: Trace | undefined
  readonly #observers = new Set<(host: Host, output: ManagerOutput) => void>()
  readonly #listeners = new Set<(host: Host, message: EngineMessage) => void>()

  constructor(options: WorldOptions) {
    this.seed = String(options.seed)
    this.start = options.start ?? defaultStart
    const random = new Random(this.seed)
    this.queue = new EventQueue(this.start)
    this.network = new Network(this.queue, random.fork("network"))
    this.trace = options.trace ? new Trace() : undefined
    this.hosts = this.#makeHosts(options, random)
    for (const host of this.hosts) host.start()
  }

  get now(): Instant {
    return this.queue.now
  }

  get managers(): ReadonlyArray<Host> {
    return this.hosts.filter((host) => host.role === "manager")
  }

  /** A host by its name or its node's ID. */
  host(name: string): Host | undefined {
    return this.hosts.find((host) => host.name === name || host.nodeId === name)
  }

  /** The host whose manager leads in the highest term: an old leader that is cut off may still believe that it does. */
  leader(): Host | undefined {
    let leader: Host | undefined
    let term = -1
    for (const host of this.managers) {
      const standing = host.manager?.standing
      if (standing?.role === "leader" && standing.term > term) {
        leader = host
        term = standing.term
      }
    }
    return leader
  }

  /** The manager that knows the cluster best: the leader, or while none leads the one that has applied most. */
  bestInformed(): Host | undefined {
    const running = this.managers.filter((host) => host.running)
    return this.leader() ?? running.sort((a, b) => (b.manager?.store.index ?? 0) - (a.manager?.store.index ?? 0))[0]
  }

  /** Sees what every manager puts out. Returns how to stop. */
  observe(observer: (host: Host, output: ManagerOutput) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** Hears what every engine tells of its containers and images. Returns how to stop. */
  listen(listener: (host: Host, message: EngineMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #makeHosts(options: WorldOptions, random: Random): ReadonlyArray<Host> {
    const plan = [
      ...Array.from({ length: options.managers }, (_, i) => ({ name: `manager${i + 1}`, role: "manager" as const })),
      ...Array.from({ length: options.workers }, (_, i) => ({ name: `worker${i + 1}`, role: "worker" as const })),
    ].map((host, i) => ({ ...host, nodeId: newId(random), addr: `10.77.0.${11 + i}` }))
    const members: ReadonlyArray<Member> = plan
      .filter((host) => host.role === "manager")
      .map(({ nodeId }, i) => ({ raftId: i + 1, nodeId }))
    const roles = new Map<string, Role>(plan.map(({ nodeId, role }) => [nodeId, role]))
    const surroundings = {
      queue: this.queue,
      network: this.network,
      trace: this.trace,
      roleOf: (nodeId: string) => roles.get(nodeId) ?? "worker",
      observe: (host: Host, output: ManagerOutput) => {
        for (const observer of this.#observers) observer(host, output)
      },
      hear: (host: Host, message: EngineMessage) => {
        for (const listener of this.#listeners) listener(host, message)
      },
    }
    return plan.map((host) => {
      this.network.setLink(host.nodeId, host.nodeId, { latency_ms_min: 0, latency_ms_max: 0 })
      const { size = {}, raftLimits } = options
      return new Host({ ...host, members, size, raftLimits, random: random.fork(host.name) }, surroundings)
    })
  }
}
