import { InvariantViolation } from "../../raft/index.ts"
import { SafetyViolation } from "../raft/observation.ts"
import type { Figures } from "./figures.ts"
import { describe, type History, type Operation } from "./history.ts"
import { checkLinearizable } from "./linearizability.ts"
import { checkLiveness } from "./liveness.ts"
import type { Plan } from "./plan.ts"
import { registerOfUniqueValues } from "./registers.ts"
import { World, type WorldOptions } from "./world.ts"

export interface Failure {
  /** The checker that found it; "liveness", "linearizability"; "assertion" for the machine's own; "error" for what nobody foresaw. */
  readonly kind: string
  readonly at_ms: number
  readonly what: string
}

export interface Run {
  readonly failure: Failure | undefined
  readonly figures: Figures
  readonly operations: ReadonlyArray<Operation>
}

/** A run's first moments: time for the first election, most of the time. */
const calm_ms = 1_500

/**
 * Plays a plan: safety under faults, with every checker after every event; then liveness of a healed quorum; then whether the histories of
 * all clients are linearizable. The outcome is a function of the plan.
 */
export function play(plan: Plan, options: WorldOptions = {}): Run {
  const world = new World(plan, options)
  const { cluster, figures, history } = world
  const failure = attempt(world) ?? checkHistory(world.history, cluster.now, figures)
  figures.runs = 1
  figures.virtual_ms = cluster.now
  figures.events = cluster.queue.processed
  figures.leaseReads = cluster.members.reduce((sum, { leaseReads }) => sum + leaseReads, 0)
  figures.operations = history.operations.length
  figures.unknown = history.operations.filter(({ end }) => end === undefined).length
  return { failure, figures, operations: history.operations }
}

function attempt(world: World): Failure | undefined {
  const { cluster, plan } = world
  try {
    cluster.runFor(calm_ms)
    for (const { fault, run_ms } of plan.steps) {
      world.inject(fault)
      cluster.runFor(run_ms)
    }
    const what = checkLiveness(world)
    return what === undefined ? undefined : { kind: "liveness", at_ms: cluster.now, what }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return { kind: kindOf(error), at_ms: cluster.now, what }
  }
}

function kindOf(error: unknown): string {
  if (error instanceof SafetyViolation) return error.checker
  return error instanceof InvariantViolation ? "assertion" : "error"
}

/** Registers are independent of each other: the whole is linearizable when each is. */
export function checkHistory(history: History, at_ms: number, figures?: Figures): Failure | undefined {
  const keys = new Set(history.operations.map(({ key }) => key))
  for (const key of keys) {
    const verdict = checkLinearizable(
      registerOfUniqueValues,
      history.operations.filter((operation) => operation.key === key),
    )
    if (verdict.outcome === "undecided" && figures) figures.undecided++
    if (verdict.outcome !== "not linearizable") continue
    const last = verdict.order.slice(-6).map(describe).join("\n    ")
    const stuck = verdict.stuck.map(describe).join("\n    ")
    const what = `register ${key}: no order explains all results. The best one ends with\n    ${last}\n  and then none of these may come\n    ${stuck}`
    return { kind: "linearizability", at_ms, what }
  }
  return undefined
}
