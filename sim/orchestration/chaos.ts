import type { ChaosIo, ChaosOptions } from "../chaos/chaos.ts"
import { spare } from "../chaos/shrink.ts"
import { type ActKind, engineActs, machineActs, swarmActs, userActs } from "./act.ts"
import { drawPlan, type Plan } from "./plan.ts"
import { type Failure, play, type Run } from "./run.ts"

/** Lines of a failed run's log that are printed. */
const logLines_max = 200
/** Plans that are played to find a smaller one. */
const shrinkRuns_max = 200

interface Sum {
  seeds: number
  virtual_ms: number
  events: number
  entries: number
  leaderships: number
  steps: number
  /** How often each kind of act was done. */
  readonly acts: Map<ActKind, number>
}

/** Plays whole clusters, seed after seed. False, and everything there is to know about it, at the first that fails. */
export function runClusterChaos(options: ChaosOptions, io: ChaosIo): boolean {
  const began = io.now_ms()
  const sum: Sum = { seeds: 0, virtual_ms: 0, events: 0, entries: 0, leaderships: 0, steps: 0, acts: new Map() }
  for (let seed = options.seed; seed < options.seed + options.seeds; seed++) {
    if (io.now_ms() - began > options.minutes * 60_000) break
    const whole = drawPlan(seed)
    const plan = options.steps ? keep(whole, options.steps) : whole
    const run = options.log ? playAloud(plan, io) : play(plan)
    sum.seeds++
    for (const name of ["virtual_ms", "events", "entries", "leaderships", "steps"] as const)
      sum[name] += run.figures[name]
    for (const { act } of plan.steps) sum.acts.set(act.kind, (sum.acts.get(act.kind) ?? 0) + 1)
    if (run.failure) {
      explain(plan, options.steps ?? whole.steps.map((_, i) => i), run.failure, io)
      return false
    }
    if (sum.seeds % 1000 === 0) io.print(describe(sum, io.now_ms() - began))
  }
  io.print(`no violation. ${describe(sum, io.now_ms() - began)}`)
  for (const [sort, kinds] of Object.entries(sorts)) io.print(`${sort}: ${describeActs(sum.acts, kinds)}`)
  return true
}

const describe = ({ seeds, virtual_ms, events, entries, leaderships, steps }: Sum, wall_ms: number): string =>
  `clusters ${seeds}, virtual hours ${(virtual_ms / 3_600_000).toFixed(1)}, events ${events}, steps ${steps}, entries ${entries}, leaders ${leaderships}; ${(wall_ms / 1000).toFixed(0)} s`

const sorts = { machines: machineActs, engines: engineActs, users: userActs, membership: swarmActs }

function describeActs(acts: ReadonlyMap<ActKind, number>, kinds: ReadonlyArray<ActKind>): string {
  const counts = kinds.map((kind) => [kind, acts.get(kind) ?? 0] as const)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  return `${all} (${counts.map(([kind, count]) => `${kind} ${count}`).join(", ")})`
}

const keep = (plan: Plan, steps: ReadonlyArray<number>): Plan => ({
  ...plan,
  steps: steps.flatMap((i) => plan.steps[i] ?? []),
})

function explain(plan: Plan, places: ReadonlyArray<number>, failure: Failure, io: ChaosIo): void {
  io.print(`seed ${plan.seed} fails: ${failure.kind}, at ${failure.at_ms} ms: ${failure.what}`)
  let kept: ReadonlyArray<number> = plan.steps.map((_, i) => i)
  let found = failure
  let runs = 0
  spare(
    () => kept,
    (candidate) => {
      if (runs++ >= shrinkRuns_max) return
      const now = play(keep(plan, candidate)).failure
      if (now?.kind !== failure.kind) return
      kept = candidate
      found = now
    },
  )
  io.print(`\nshrunk in ${Math.min(runs, shrinkRuns_max)} runs to ${kept.length} of ${plan.steps.length} steps; log:`)
  playAloud(keep(plan, kept), io)
  io.print(`\n${found.kind}, at ${found.at_ms} ms: ${found.what}`)
  const original = kept.map((i) => places[i] ?? i)
  io.print(`\nreplay the whole: npm run chaos:cluster -- --seed ${plan.seed}`)
  io.print(`replay this:      npm run chaos:cluster -- --seed ${plan.seed} --steps ${original.join() || '""'} --log`)
}

function playAloud(plan: Plan, { print }: ChaosIo): Run {
  const lines: Array<string> = []
  const run = play(plan, { log: (at, line) => lines.push(`${String(at).padStart(8)}  ${line}`) })
  const left = Math.max(0, lines.length - logLines_max)
  if (left > 0) print(`  (${left} lines before)`)
  for (const line of lines.slice(left)) print(line)
  return run
}
