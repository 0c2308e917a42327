import { newId } from "../../core/id.ts"
import { hours, type Instant } from "../../core/instant.ts"
import { Random } from "../../core/random.ts"
import type { MachineSize } from "../../nodes/engine/simulated/description.ts"
import type { EngineMessage } from "../../nodes/engine-message.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { Limits } from "../../raft/index.ts"
import { Network } from "../network/network.ts"
import { EventQueue } from "../time/event-queue.ts"
import { Trace } from "../trace.ts"
import { Host, type Surroundings } from "./host.ts"
import type { Packet } from "./packet.ts"
import { presetIdentities } from "./preset.ts"

export interface WorldOptions {
  /** 1 to 7; 0: there is no swarm yet, and `workers` machines that belong to none. */
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
  readonly network: Network<Packet>
  readonly trace: Trace | undefined
  readonly #observers = new Set<(host: Host, output: ManagerOutput) => void>()
  readonly #listeners = new Set<(host: Host, message: EngineMessage) => void>()
  readonly #hosts: Array<Host> = []
  readonly #byName = new Map<string, Host>()
  readonly #byAddr = new Map<string, Host>()
  /** Where a node was found last; machines join and leave. */
  readonly #byNode = new Map<string, Host>()
  readonly #random: Random
  readonly #raftLimits: Partial<Limits> | undefined
  readonly #surroundings: Surroundings
  #machines = 0

  constructor(options: WorldOptions) {
    this.seed = String(options.seed)
    this.start = options.start ?? defaultStart
    this.#random = new Random(this.seed)
    this.#raftLimits = options.raftLimits
    this.queue = new EventQueue(this.start)
    this.network = new Network(this.queue, this.#random.fork("network"))
    this.trace = options.trace ? new Trace() : undefined
    this.#surroundings = {
      queue: this.queue,
      network: this.network,
      trace: this.trace,
      endpointAt: (ip) => this.#byAddr.get(ip)?.name,
      observe: (host, output) => {
        for (const observer of this.#observers) observer(host, output)
      },
      hear: (host, message) => {
        for (const listener of this.#listeners) listener(host, message)
      },
    }
    this.#makeHosts(options)
    for (const host of this.hosts) host.start()
  }

  get now(): Instant {
    return this.queue.now
  }

  get hosts(): ReadonlyArray<Host> {
    return this.#hosts
  }

  get managers(): ReadonlyArray<Host> {
    return this.hosts.filter((host) => host.role === "manager")
  }

  /** A host by its name or its node's ID. */
  host(name: string): Host | undefined {
    if (name === "") return undefined
    return this.#byName.get(name) ?? this.#withNode(name)
  }

  #withNode(nodeId: string): Host | undefined {
    const known = this.#byNode.get(nodeId)
    if (known?.nodeId === nodeId && this.#byName.get(known.name) === known) return known
    const found = this.#hosts.find((host) => host.nodeId === nodeId)
    if (found) this.#byNode.set(nodeId, found)
    return found
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

  /** Another machine, which belongs to no swarm yet; it is off. */
  addHost(name: string, size: MachineSize = {}): Host {
    if (this.#byName.has(name)) throw new Error(`there is a machine ${name} already`)
    const host = new Host(
      {
        name,
        addr: addressOf(this.#machines++),
        random: this.#random.fork(name),
        secrets: new Random(`${this.seed}/secrets/${name}`),
        size,
        raftLimits: this.#raftLimits,
      },
      this.#surroundings,
    )
    this.network.setLink(name, name, { latency_ms_min: 0, latency_ms_max: 0 })
    this.#hosts.push(host)
    this.#byName.set(name, host)
    this.#byAddr.set(host.addr, host)
    return host
  }

  /** Takes a machine that is off out of the world. */
  removeHost(name: string): void {
    const host = this.#byName.get(name)
    if (host === undefined) return
    this.#hosts.splice(this.#hosts.indexOf(host), 1)
    this.#byName.delete(name)
    this.#byAddr.delete(host.addr)
  }

  #makeHosts({ managers, workers, size }: WorldOptions): void {
    // Without managers there is no swarm yet: only machines.
    const kinds = managers === 0 ? [{ role: undefined, name: "node", count: workers }] : roles(managers, workers)
    const plan = kinds.flatMap(({ name, role, count }) =>
      Array.from({ length: count }, (_, i) => ({ name: `${name}${i + 1}`, role, nodeId: newId(this.#random) })),
    )
    const made = plan.map((machine) => ({ ...machine, host: this.addHost(machine.name, size) }))
    const nodes = made.flatMap(({ role, nodeId, host }) => (role ? [{ role, nodeId, addr: host.addr }] : []))
    if (nodes.length === 0) return
    const identities = presetIdentities(nodes, new Random(`${this.seed}/secrets`), this.start)
    for (const { host, nodeId } of made) {
      const identity = identities.get(nodeId)
      if (identity) host.preset(identity)
    }
  }
}

/** The address of the machine that was made as this one, counted from 0: 10.77.0.11 and up. There is room for 65,000. */
const addressOf = (machine: number): string => {
  const number = 11 + machine
  return `10.77.${number >>> 8}.${number & 255}`
}

const roles = (managers: number, workers: number) => [
  { role: "manager" as const, name: "manager", count: managers },
  { role: "worker" as const, name: "worker", count: workers },
]
