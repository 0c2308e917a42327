import type { Random } from "../../core/random.ts"
import {
  type Behaviour,
  type ConfigurationChange,
  type Entry,
  type Forward,
  type Limits,
  type MemberId,
  MemoryLogStorage,
  type Message,
  type Proposed,
  Raft,
  type RaftInput,
  type RaftOutput,
  type RaftStatus,
  type ReadContext,
  type SaveOutput,
  type Ticket,
  type Timing,
} from "../../raft/index.ts"
import { type Damage, unnoticed } from "../disk/damage.ts"
import type { DiskConditions } from "../disk/disk.ts"
import { RaftDisk } from "../disk/raft-disk.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { WakeTimer } from "../time/wake-timer.ts"
import { SkewedClock } from "./clock.ts"
import { MemoryView, saveOf } from "./memory-view.ts"
import type { MemberView, Observation } from "./observation.ts"
import { type AppliedState, StateMachine } from "./state-machine.ts"

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
export type CrashPoint = "save" | "saved" | "committed" | "restore" | "snapshot"

/** What lives from one start to the next crash. */
interface Process {
  readonly raft: Raft
  readonly timer: WakeTimer
  readonly log: MemoryView
  readonly machine: StateMachine
  readonly applied: Entry[]
  /** The first of the saves that the disk has refused and the process was not told of yet. */
  refused: Ticket | undefined
  /** What happened while the process stood still. */
  missed: (() => void)[] | undefined
}

type Called = { readonly accepted: boolean; readonly outputs?: ReadonlyArray<RaftOutput> }

/** How long after `snapshot-due` a process has its snapshot ready: others go on meanwhile. */
const snapshot_ms = 7

export const endpointOf = (id: MemberId): string => `raft-${id}`
const memberAt = (endpoint: string): MemberId => Number(endpoint.slice("raft-".length))

/** One simulated member: a Raft machine, its disk, and the driver between them and the network. It can crash and start again. */
export class SimulatedMember implements MemberView {
  readonly id: MemberId
  readonly disk = new MemoryLogStorage()
  readonly device: RaftDisk
  readonly clock: SkewedClock
  /** Its disk is damaged: it never starts again. */
  lost = false
  /** The disk refuses whatever it is given. */
  diskFull = false
  readonly #options: MemberOptions
  #leaseReads = 0
  #process: Process | undefined
  #crashPoint: { readonly point: CrashPoint; passes: number } | undefined

  constructor(options: MemberOptions) {
    this.id = options.id
    this.#options = options
    this.clock = new SkewedClock(() => options.queue.now)
    this.device = new RaftDisk(options.queue, options.random.fork("disk"), this.disk, options.disk)
  }

  get up(): boolean {
    return this.#process !== undefined
  }

  get log(): MemoryLogStorage {
    return this.#process?.log ?? this.disk
  }

  get state(): AppliedState | undefined {
    return this.#process?.machine.state
  }

  /** Applied in this life, since the latest snapshot that was restored. */
  get applied(): ReadonlyArray<Entry> {
    return this.#process?.applied ?? []
  }

  /** Reads that it answered under a lease, in all its lives. */
  get leaseReads(): number {
    return this.#leaseReads + (this.#process?.raft.metrics().leaseReads ?? 0)
  }

  status(): RaftStatus | undefined {
    return this.#process?.raft.status()
  }

  start(): void {
    if (this.#process !== undefined || this.lost) return
    const { id, voters, queue, random, timing, limits, behaviour, network } = this.#options
    const restored = this.device.load()
    const life = random.fork("life")
    const more = { ...(timing && { timing }), ...(limits && { limits }), ...(behaviour && { behaviour }) }
    const now = this.clock.now
    const raft = new Raft({ id, voters, random: () => life.next(), now, restored, ...more })
    const timer = new WakeTimer(queue, () => this.#step({ type: "wake" }))
    const log = new MemoryView()
    log.save(saveOf(restored))
    const machine = new StateMachine()
    if (restored.snapshot !== undefined) machine.restore(restored.snapshot)
    this.#process = { raft, timer, log, machine, applied: [], refused: undefined, missed: undefined }
    network.attach(endpointOf(id), (from, message) => this.#step({ type: "message", from: memberAt(from), message }))
    this.#options.observe({ type: "started", member: this, status: raft.status() })
    this.#setTimer(this.#process)
  }

  /**
   * What its disk holds is not what was written. Its process ends and finds that out when it starts again: it must not, ever, and its place is
   * lost. Returns what is wrong when it would not find out.
   */
  damage(damage: Damage, random: Random): string | undefined {
    this.crash()
    this.lost = true
    return unnoticed(this.device.load(), damage, random)
  }

  crash(): void {
    if (this.#process === undefined) return
    this.#leaseReads = this.leaseReads
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

  /** The process stands still, as under a debugger or a hypervisor: what reaches it waits for resume(). */
  pause(): void {
    if (this.#process !== undefined) this.#process.missed ??= []
  }

  resume(): void {
    const process = this.#process
    const missed = process?.missed
    if (process === undefined || missed === undefined) return
    process.missed = undefined
    for (const act of missed) if (this.#process === process) act()
  }

  /** From now on its clock runs at `rate`, after a jump. An alarm that is set stays where it is: the kernel's timers do not jump. */
  skewClock(rate: number, jump_ms: number): void {
    this.clock.skew(rate, jump_ms)
  }

  /** Undefined when the member is down. */
  propose(data: Uint8Array): Proposed | undefined {
    return this.#call((raft, now) => raft.propose(now, data))
  }

  /** False when the read was not taken. */
  read(context: ReadContext): boolean {
    if (this.#process === undefined) return false
    this.#options.observe({ type: "asked", member: this, context })
    return this.#call((raft, now) => raft.read(now, context))?.accepted === true
  }

  /** Passes a proposal on to the leader; a `forwarded` output tells what became of it. Undefined when the member is down. */
  forward(data: Uint8Array): Forward | undefined {
    return this.#call((raft, now) => raft.forward(now, data))
  }

  transfer(to?: MemberId): void {
    this.#call((raft, now) => raft.transfer(now, to))
  }

  change(changes: ReadonlyArray<ConfigurationChange>): void {
    this.#call((raft, now) => raft.change(now, changes))
  }

  #call<R extends Called>(call: (raft: Raft, now: number) => R): R | undefined {
    const process = this.#process
    if (process === undefined || process.missed !== undefined) return undefined
    const result = call(process.raft, this.clock.now)
    if (result.outputs !== undefined) this.#carryOut(process, result.outputs)
    return result
  }

  #step(input: RaftInput): void {
    const process = this.#process
    if (process === undefined) return
    if (process.missed !== undefined) {
      process.missed.push(() => this.#step(input))
      return
    }
    this.#carryOut(process, process.raft.step(this.clock.now, input))
    this.#pass(input.type)
  }

  #carryOut(process: Process, outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) if (output.type === "save") process.log.save(output)
    this.#options.observe({ type: "stepped", member: this, status: process.raft.status(), outputs })
    for (const output of outputs) this.#carryOutOne(process, output)
    this.#setTimer(process)
    for (const { type } of outputs) this.#pass(type)
  }

  #setTimer(process: Process): void {
    const at = process.raft.nextWake()
    process.timer.set(at === undefined ? undefined : this.clock.when(at))
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
      case "save":
        this.#save(process, output)
        break
      case "send":
        this.#options.network.send(endpointOf(this.id), endpointOf(output.to), output.message)
        break
      case "committed":
        for (const entry of output.entries) {
          process.applied.push(entry)
          process.machine.apply(entry)
        }
        break
      case "restore":
        process.applied.length = 0
        process.machine.restore(output.snapshot)
        break
      case "snapshot-due": {
        const { index } = output
        const data = process.machine.snapshot()
        this.#later(process, snapshot_ms, () => this.#step({ type: "snapshot", index, data }))
        break
      }
    }
  }

  #save(process: Process, output: SaveOutput): void {
    const { ticket } = output
    // After one refusal nothing is written until the process knows: its next save would leave a hole.
    if (process.refused !== undefined) return
    if (!this.diskFull) {
      this.device.save(output, () => this.#step({ type: "saved", ticket }))
      return
    }
    process.refused = ticket
    this.#later(process, 1, () => {
      const tell = () => {
        process.refused = undefined
        this.#step({ type: "save-failed", ticket })
      }
      if (process.missed === undefined) tell()
      else process.missed.push(tell)
    })
  }

  #later(process: Process, delay_ms: number, act: () => void): void {
    this.#options.queue.after(delay_ms, () => {
      if (this.#process === process) act()
    })
  }
}
