import { earliest, type Instant } from "../core/instant.ts"
import type { Random } from "../core/random.ts"
import type { Applied } from "../core/store/change.ts"
import type { Transaction } from "../core/store/transaction.ts"
import { Allocator } from "./allocator/allocator.ts"
import type { ControlLoop } from "./loop.ts"
import { ConstraintEnforcer } from "./orchestrator/enforcer.ts"
import { Orchestrator } from "./orchestrator/orchestrator.ts"
import { Reaper } from "./orchestrator/reaper.ts"
import { RestartSupervisor } from "./orchestrator/restart.ts"
import { DelayedStarts } from "./orchestrator/starts.ts"
import { UpdateSupervisor } from "./orchestrator/update/supervisor.ts"
import { Scheduler } from "./placement/scheduler.ts"

interface Stage {
  readonly loop: ControlLoop
  first: boolean
  /** What was written after the loop's last turn, in the cycle of that turn. */
  missed: ReadonlyArray<Applied>
}

/**
 * The leader's control loops. Every cycle runs each once, in a fixed order, over the cycle's transaction, each seeing what those before it
 * wrote: a new service has its tasks, their addresses and their nodes in one commit. What a loop writes reaches the loops before it in the next cycle.
 *
 * It lives as long as the leadership. A transaction that was turned must be committed; if it is dropped, so must this be.
 */
export class ControlPlane {
  readonly #random: Random
  readonly #stages: ReadonlyArray<Stage>

  constructor(options: { readonly random: Random }) {
    this.#random = options.random
    const allocator = new Allocator()
    const starts = new DelayedStarts()
    const loops: ReadonlyArray<ControlLoop> = [
      allocator.services,
      new Orchestrator(),
      new RestartSupervisor(starts),
      new UpdateSupervisor(starts),
      allocator.tasks,
      new Scheduler(),
      new ConstraintEnforcer(),
      new Reaper(),
    ]
    this.#stages = loops.map((loop) => ({ loop, first: true, missed: [] }))
  }

  /** Runs the loops that have something to look at: writes they have not seen, a timer that is due, or the cluster for the first time. */
  turn(now: Instant, tx: Transaction): void {
    const ends = this.#stages.map((stage) => {
      const { loop, first } = stage
      const changes = [...stage.missed, ...tx.steps]
      const wake = loop.nextWake()
      if (first || changes.length > 0 || (wake !== undefined && wake <= now)) {
        loop.turn({ now, tx, first, changes: first ? [] : changes, random: this.#random })
        stage.first = false
      }
      return tx.steps.length
    })
    this.#stages.forEach((stage, i) => {
      stage.missed = tx.steps.slice(ends[i])
    })
  }

  /** Whether a loop has not seen all that was written: another cycle is wanted once this one is committed. */
  pending(): boolean {
    return this.#stages.some((stage) => stage.missed.length > 0)
  }

  /** When the earliest timer of a loop is due. */
  nextWake(): Instant | undefined {
    return this.#stages.map(({ loop }) => loop.nextWake()).reduce(earliest, undefined)
  }
}
