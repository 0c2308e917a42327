import type { Random } from "../../core/random.ts"
import {
  type Behaviour,
  type Entry,
  type Limits,
  type MemberId,
  MemoryLogStorage,
  type Message,
  type Proposed,
  Raft,
  type RaftInput,
  type RaftOutput,
  type RaftStatus,
  type Timing,
} from "../../raft/index.ts"
import type { DiskConditions } from "../disk/disk.ts"
import { RaftDisk } from "../disk/raft-disk.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { WakeTimer } from "../time/wake-timer.ts"
import type { MemberView, Observation } from "./observation.ts"

export interface MemberOptions {
  readonly id: MemberId
  readonly voters: ReadonlyArray<MemberId>
  readonly queue: EventQueue
  readonly random: Random
  readonly network: Network<Message>
  readonly disk?: Partial<DiskConditions>
  readonly timing?: Partial<Timing>
  readonly limits?: Partial<Limits>
  readonly behaviour?: Partial<Behaviour>
  /** Sees each event before its outputs are carried out; may throw. */
  readonly observe: (event: Observation) => void
}

/** A moment in the driver's work at which a process dies: when it has asked for a save, when it was told of one, when it applied. */
export type CrashPoint = "save" | "saved" | "committed"

/** What lives from one start to the next crash. */
interface Process {
  readonly raft: Raft
  readonly timer: WakeTimer
  readonly log: MemoryLogStorage
  readonly applied: Entry[]
}

export const endpointOf = (id: MemberId): string => `raft-${id}`
const memberAt = (endpoint: string): MemberId => Number(endpoint.slice("raft-".length))

/** One simulated member: a Raft machine, its disk, and the driver between them and the network. It can crash and start again. */
export class SimulatedMember implements MemberView {
  readonly id: MemberId
  readonly disk = new MemoryLogStorage()
  readonly device: RaftDisk
  readonly #options: MemberOptions
  #process: Process | undefined
  #crashPoint: { readonly point: CrashPoint; passes: number } | undefined

  constructor(options: MemberOptions) {
    this.id = options.id
    this.#options = options
    this.device = new RaftDisk(options.queue, options.random.fork("disk"), this.disk, options.disk)
  }

  get up(): boolean {
    return this.#process !== undefined
  }

  get log(): MemoryLogStorage {
    return this.#process?.log ?? this.disk
  }

  /** Applied in this life, from index 1 on. */
  get applied(): ReadonlyArray<Entry> {
    return this.#process?.applied ?? []
  }

  status(): RaftStatus | undefined {
    return this.#process?.raft.status()
  }

  start(): void {
    if (this.#process !== undefined) return
    const { id, voters, queue, random, timing, limits, behaviour, network } = this.#options
    const restored = this.device.load()
    const life = random.fork("life")
    const more = { ...(timing && { timing }), ...(limits && { limits }), ...(behaviour && { behaviour }) }
    const raft = new Raft({ id, voters, random: () => life.next(), now: queue.now, restored, ...more })
    const timer = new WakeTimer(queue, () => this.#step({ type: "wake" }))
    const log = new MemoryLogStorage()
    log.save(restored)
    this.#process = { raft, timer, log, applied: [] }
    network.attach(endpointOf(id), (from, message) => this.#step({ type: "message", from: memberAt(from), message }))
    this.#options.observe({ type: "started", member: this, status: raft.status() })
    timer.set(raft.nextWake())
  }

  crash(): void {
    if (this.#process === undefined) return
    this.#process.timer.stop()
    this.#process = undefined
    this.#options.network.detach(endpointOf(this.id))
    this.device.crash()
    this.#options.observe({ type: "crashed", member: this })
  }

  restart(): void {
    this.crash()
    this.start()
  }

  /** Restarts, losing what is not durable, when the process passes the point for the `passes`th time from now. */
  restartAt(point: CrashPoint, passes = 1): void {
    this.#crashPoint = { point, passes }
  }

  cancelRestart(): void {
    this.#crashPoint = undefined
  }

  /** Undefined when the member is down. */
  propose(data: Uint8Array): Proposed | undefined {
    const process = this.#process
    if (process === undefined) return undefined
    const proposed = process.raft.propose(this.#options.queue.now, data)
    if (proposed.accepted) this.#carryOut(process, proposed.outputs)
    return proposed
  }

  #step(input: RaftInput): void {
    const process = this.#process
    if (process === undefined) return
    this.#carryOut(process, process.raft.step(this.#options.queue.now, input))
    this.#pass(input.type)
  }

  #carryOut(process: Process, outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) if (output.type === "save") process.log.save(output)
    this.#options.observe({ type: "stepped", member: this, status: process.raft.status(), outputs })
    for (const output of outputs) this.#carryOutOne(process, output)
    process.timer.set(process.raft.nextWake())
    for (const { type } of outputs) this.#pass(type)
  }

  /** The restart comes as the next event of this instant: what the process has just sent is sent. */
  #pass(point: string): void {
    const planned = this.#crashPoint
    if (planned?.point !== point || --planned.passes > 0) return
    this.#crashPoint = undefined
    this.#options.queue.after(0, () => this.restart())
  }

  #carryOutOne(process: Process, output: RaftOutput): void {
    switch (output.type) {
      case "save": {
        const { ticket } = output
        this.device.save(output, () => this.#step({ type: "saved", ticket }))
        break
      }
      case "send":
        this.#options.network.send(endpointOf(this.id), endpointOf(output.to), output.message)
        break
      case "committed":
        for (const entry of output.entries) process.applied.push(entry)
        break
      case "role":
        break
    }
  }
}
