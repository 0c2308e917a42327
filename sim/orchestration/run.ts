import { InvariantViolation } from "../../raft/index.ts"
import { Cluster } from "../cluster/cluster.ts"
import { allCheckers } from "./checkers/all.ts"
import { type Checker, OrchestrationViolation } from "./observation.ts"
import { perform } from "./perform.ts"
import type { Plan } from "./plan.ts"
import { checkEventually, type RunUntil } from "./settle.ts"
import { Watch } from "./watch.ts"

export interface Failure {
  /** The checker that found it; "eventually"; "assertion" for the machines' own; "error" for what nobody foresaw. */
  readonly kind: string
  readonly at_ms: number
  readonly what: string
}

export interface Run {
  readonly failure: Failure | undefined
  readonly figures: {
    readonly virtual_ms: number
    readonly events: number
    readonly entries: number
    readonly leaderships: number
    readonly steps: number
  }
}

export interface RunOptions {
  readonly checkers?: ReadonlyArray<Checker>
  /** Told of each line: what was done, and what came of it. */
  readonly log?: (at_ms: number, line: string) => void
}

/** Plays a plan: its story with every checker after every event, then what must come about in peace. The outcome is a function of the plan. */
export function play(plan: Plan, options: RunOptions = {}): Run {
  const { seed, managers, workers, spares, raftLimits, network } = plan
  const cluster = new Cluster({ seed, managers, workers, raftLimits, cold: true })
  for (let n = 1; n <= spares; n++) cluster.addMachine(`spare${n}`)
  const { queue } = cluster.world
  const watch = new Watch(cluster.world, options.checkers ?? allCheckers())
  const { log } = options
  const start = cluster.world.start
  if (log) cluster.journal.listen(({ at, text }) => log(at - start, text))
  const runUntil: RunUntil = (condition, within) => {
    const end = queue.now + within
    while (!condition()) {
      if (queue.nextAt === undefined || queue.nextAt > end) {
        queue.runFor(end - queue.now)
        return false
      }
      queue.runNext()
      watch.check()
    }
    return true
  }
  let failure: Failure | undefined
  try {
    runUntil(() => cluster.converged(), 30_000)
    cluster.world.network.conditions = network
    for (const { act, run_ms } of plan.steps) {
      log?.(queue.now - start, `- ${act.kind} ${act.n} ${act.m}`)
      perform(cluster, act)
      runUntil(() => false, run_ms)
    }
    log?.(queue.now - start, "- peace")
    const what = checkEventually(cluster, watch, runUntil)
    if (what !== undefined) failure = { kind: "eventually", at_ms: queue.now - start, what }
  } catch (error) {
    const what =
      error instanceof Error
        ? error instanceof OrchestrationViolation
          ? error.message
          : (error.stack ?? error.message)
        : String(error)
    failure = { kind: kindOf(error), at_ms: queue.now - start, what }
  }
  const { entries, leaderships } = watch
  return {
    failure,
    figures: { virtual_ms: queue.now - start, events: queue.processed, entries, leaderships, steps: plan.steps.length },
  }
}

function kindOf(error: unknown): string {
  if (error instanceof OrchestrationViolation) return error.checker
  return error instanceof InvariantViolation ? "assertion" : "error"
}
