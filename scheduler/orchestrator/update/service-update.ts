import { earliest, type Instant } from "../../../core/instant.ts"
import type { Service, ServiceSpec, UpdateStatus } from "../../../core/model/service.ts"
import { isTerminal, type Task } from "../../../core/model/task.ts"
import type { Turn } from "../../loop.ts"
import type { DelayedStarts } from "../starts.ts"
import { type Rollout, rolloutOf } from "./config.ts"
import type { Begun } from "./resume.ts"
import { advanceSlot, beginSlot, type SlotContext, type SlotUpdate } from "./slot-update.ts"

/** What becomes of the whole because a task failed; `message` is Swarm's. */
export type Verdict = { readonly action: "pause" | "rollback"; readonly message: string }

/** What an update has before it. */
export interface Scope {
  /** Slots to begin with, in their order. */
  readonly dirty: ReadonlyArray<string>
  /** What an earlier leader had begun. */
  readonly begun: Begun
  readonly isOfSpec: boolean
}

/**
 * One rolling update of one service: its dirty slots, so many at a time, each replaced, watched and followed by a delay; then a last while of watching.
 * Source: swarmkit manager/orchestrator/update/updater.go.
 */
export class ServiceUpdate {
  readonly serviceId: string
  /** What it works towards. */
  readonly spec: ServiceSpec
  /** Of its service while it is under way. */
  readonly status: UpdateStatus | undefined
  readonly #rollout: Rollout
  readonly #starts: DelayedStarts
  #dirty: number
  #queue: Array<string>
  #active: ReadonlyArray<SlotUpdate> = []
  /** Tasks it made, with the time they came up. */
  readonly #made: Map<string, Instant | undefined>
  readonly #failed = new Set<string>()
  #monitorUntil: Instant | undefined
  #stopped = false

  /** Whether it brings tasks to another spec, and does not only move them. */
  readonly isOfSpec: boolean

  constructor(service: Service, scope: Scope, starts: DelayedStarts) {
    const { dirty, begun, isOfSpec } = scope
    this.isOfSpec = isOfSpec
    this.serviceId = service.ID
    this.spec = service.Spec
    this.status = service.UpdateStatus
    this.#rollout = rolloutOf(service)
    this.#starts = starts
    this.#dirty = dirty.length + begun.slots.size
    this.#queue = [...dirty]
    this.#active = [...begun.slots.values()]
    this.#made = new Map(begun.made)
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** Slots that are to be replaced too, unless they are already. */
  include(slots: ReadonlyArray<string>): void {
    const known = new Set([
      ...this.#queue,
      ...this.#active.map((update) => (update.phase === "done" ? "" : update.slot)),
    ])
    const more = slots.filter((slot) => !known.has(slot))
    if (more.length === 0) return
    this.#queue.push(...more)
    this.#dirty += more.length
    this.#monitorUntil = undefined
  }

  /** No slot is begun any more; those that were go on to their end. */
  stop(): void {
    this.#stopped = true
    this.#queue = []
  }

  /** Goes on as far as tasks and time allow. */
  advance(turn: Turn, service: Service): "going-on" | "completed" | "stopped" {
    const context = this.#context(turn, service)
    this.#active = this.#active.map((slot) => advanceSlot(context, slot)).filter(isGoingOn)
    const room = this.#rollout.parallelism === 0 ? this.#dirty : this.#rollout.parallelism
    while (this.#active.length < room) {
      const slot = this.#queue.shift()
      if (slot === undefined) break
      const begun = beginSlot(context, slot)
      if (isGoingOn(begun)) this.#active = [...this.#active, begun]
    }
    if (this.#active.length > 0) return "going-on"
    if (this.#stopped) return "stopped"
    this.#monitorUntil ??= turn.now + this.#rollout.lastMonitor
    return this.#monitorUntil <= turn.now ? "completed" : "going-on"
  }

  /** Judges a task that changed: one that this update made and that ended too early counts against it. */
  observe(now: Instant, task: Task): Verdict | undefined {
    const { failureAction, maxFailureRatio, monitor, rollback } = this.#rollout
    if (this.#stopped || failureAction === "continue") return undefined
    if (!isTerminal(task.Status.State) || !this.#made.has(task.ID) || this.#failed.has(task.ID)) return undefined
    const upSince = this.#made.get(task.ID)
    if (upSince !== undefined && now - upSince > monitor) return undefined
    this.#failed.add(task.ID)
    if (this.#failed.size / this.#dirty <= maxFailureRatio) return undefined
    const dueTo = `due to failure or early termination of task ${task.ID}`
    if (failureAction === "pause") return { action: "pause", message: `update paused ${dueTo}` }
    if (rollback) return { action: "pause", message: `rollback paused ${dueTo}` }
    return { action: "rollback", message: `update rolled back ${dueTo}` }
  }

  nextWake(): Instant | undefined {
    return this.#active.reduce<Instant | undefined>(
      (wake, slot) => earliest(wake, slot.phase === "delay" ? slot.until : undefined),
      this.#monitorUntil,
    )
  }

  #context(turn: Turn, service: Service): SlotContext {
    return {
      turn,
      service,
      starts: this.#starts,
      startFirst: this.#rollout.startFirst,
      until: turn.now + this.#rollout.delay,
      made: (taskId) => this.#made.set(taskId, undefined),
      cameUp: (taskId) => {
        if (this.#made.has(taskId)) this.#made.set(taskId, turn.now)
      },
    }
  }
}

const isGoingOn = (slot: SlotUpdate): boolean => slot.phase !== "done"
