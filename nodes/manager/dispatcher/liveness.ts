import { earliest, hours, type Instant, type Millis } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import { Timers } from "../../../core/timers.ts"

/** Heartbeat periods without a heartbeat after which a node is down: once it has been heard by this leader, and before. */
const gracePeriods = 3
const gracePeriodsUnknown = 6

/** How long a node must be down before its tasks count as lost (swarmkit defaultNodeDownPeriod). */
const orphaned_ms = hours(24)

/** Which nodes have been heard of, which have been silent for too long, and which have been down for so long that their tasks are lost. */
export class Liveness {
  readonly #random: Random
  readonly #silence = new Timers()
  readonly #orphans = new Timers()
  /** Nodes that were silent for too long, with what is to be said of them. */
  readonly #silent = new Map<string, string>()
  /** Nodes that this leader has not heard of yet. */
  readonly #unheard = new Set<string>()
  readonly #lost = new Set<string>()
  /** How often nodes are to be heard. */
  period: Millis

  constructor(random: Random, period: Millis) {
    this.#random = random
    this.period = period
  }

  /** A node has yet to come. */
  expect(now: Instant, nodeId: string): void {
    this.#unheard.add(nodeId)
    this.#silence.set(nodeId, now + this.#vary(gracePeriodsUnknown * this.period))
  }

  /** A node has come: a session of it begins. */
  arrived(now: Instant, nodeId: string): void {
    this.#unheard.delete(nodeId)
    this.#orphans.clear(nodeId)
    this.heard(now, nodeId)
  }

  heard(now: Instant, nodeId: string): void {
    this.#silent.delete(nodeId)
    this.#silence.set(nodeId, now + gracePeriods * this.#vary(this.period))
  }

  /** It is given one heartbeat period more, unless its time is up before. */
  hurry(now: Instant, nodeId: string): void {
    const due = this.#silence.at(nodeId)
    if (due !== undefined) this.#silence.set(nodeId, Math.min(due, now + this.#vary(this.period)))
  }

  /** A node is down: its tasks are lost if it stays so. */
  down(now: Instant, nodeId: string): void {
    this.#orphans.set(nodeId, now + orphaned_ms)
  }

  /** Nothing is expected of a node any more; if it is down, that still counts. */
  forget(nodeId: string): void {
    this.#silence.clear(nodeId)
    this.#silent.delete(nodeId)
    this.#unheard.delete(nodeId)
  }

  /** A node is not in the swarm any more. */
  removed(nodeId: string): void {
    this.forget(nodeId)
    this.#orphans.clear(nodeId)
  }

  /** Sees which deadlines have passed. */
  look(now: Instant): void {
    for (const nodeId of this.#silence.due(now)) {
      const message = this.#unheard.has(nodeId) ? 'heartbeat failure for node in "unknown" state' : "heartbeat failure"
      this.#silent.set(nodeId, message)
    }
    for (const nodeId of this.#orphans.due(now)) this.#lost.add(nodeId)
  }

  /** Whether there are nodes to take. */
  get isWork(): boolean {
    return this.#silent.size > 0 || this.#lost.size > 0
  }

  /** The nodes that were silent for too long, each with what is to be said of it. */
  takeSilent(): ReadonlyArray<readonly [nodeId: string, message: string]> {
    const silent = [...this.#silent]
    this.#silent.clear()
    return silent
  }

  /** The nodes whose tasks are lost. */
  takeLost(): ReadonlyArray<string> {
    const lost = [...this.#lost]
    this.#lost.clear()
    return lost
  }

  nextWake(): Instant | undefined {
    return earliest(this.#silence.next(), this.#orphans.next())
  }

  /** Within a tenth of the span, either way. */
  #vary(span: Millis): Millis {
    return Math.round(span * (0.9 + 0.2 * this.#random.next()))
  }
}
