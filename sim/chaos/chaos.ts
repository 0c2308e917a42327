import { createHash } from "node:crypto"
import { Trace } from "../trace.ts"
import { describeFigures, type Figures, noFigures } from "./figures.ts"
import { drawPlan, type Plan } from "./plan.ts"
import { describePlan } from "./report.ts"
import { type Failure, play, type Run } from "./run.ts"
import { type Kept, keep, shrink } from "./shrink.ts"

export interface ChaosOptions {
  /** The first seed. */
  readonly seed: number
  readonly seeds: number
  /** Of the wall clock; no new seed is begun after these. */
  readonly minutes: number
  /** Only these steps and clients of the plan, by their places. */
  readonly steps?: ReadonlyArray<number>
  readonly clients?: ReadonlyArray<number>
  /** Print what happens even if nothing fails. */
  readonly log: boolean
}

export interface ChaosIo {
  readonly print: (line: string) => void
  /** Of the wall clock: how long to go on. Decides nothing within a run. */
  readonly now_ms: () => number
}

/** Lines of a failed run's log that are printed; those before them are seldom what matters. */
const logLines_max = 400

/** Plays seed after seed. False, and everything there is to know about it, at the first that fails. */
export function runChaos(options: ChaosOptions, io: ChaosIo): boolean {
  const began = io.now_ms()
  const sum = noFigures()
  const last = options.seed + options.seeds - 1
  for (let seed = options.seed; seed <= last; seed++) {
    if (io.now_ms() - began > options.minutes * 60_000) break
    const plan = planOf(seed, options)
    const run = options.log ? playAloud(plan, io) : play(plan)
    sum.add(run.figures)
    if (run.failure !== undefined) {
      explain(plan, run.failure, options, io)
      return false
    }
    if (sum.runs % 1000 === 0) io.print(summary(sum, began, io))
  }
  io.print(`no violation. ${summary(sum, began, io)}`)
  return true
}

/** A hash of every event of a run. */
export function traceOf(plan: Plan): string {
  const trace = new Trace()
  const run = play(plan, {
    trace: (at, { member, ...event }) => trace.record(at, `member ${member.id}`, event, []),
  })
  const { failure, operations } = run
  return createHash("sha256")
    .update(`${trace.digest()} ${JSON.stringify({ failure, operations })}`)
    .digest("hex")
}

function planOf(seed: number, { steps, clients }: ChaosOptions): Plan {
  const plan = drawPlan(seed)
  const all = (list: ReadonlyArray<unknown>) => list.map((_, i) => i)
  return keep(plan, { steps: steps ?? all(plan.steps), clients: clients ?? all(plan.clients) })
}

const summary = (sum: Figures, began: number, { now_ms }: ChaosIo): string =>
  `${describeFigures(sum).join(", ")}; ${((now_ms() - began) / 1000).toFixed(0)} s`

function explain(plan: Plan, failure: Failure, options: ChaosOptions, io: ChaosIo): void {
  io.print(`seed ${plan.seed} fails: ${failure.kind}, at ${failure.at_ms} ms: ${failure.what}`)
  const { kept, plan: small, failure: found, runs } = shrink(plan, failure)
  io.print(`\nshrunk in ${runs} runs to ${small.steps.length} of ${plan.steps.length} steps:`)
  for (const line of describePlan(small)) io.print(line)
  io.print("\nlog:")
  playAloud(small, io)
  io.print(`\n${found.kind}, at ${found.at_ms} ms: ${found.what}`)
  io.print(`\nreplay the whole: npm run chaos -- --seed ${plan.seed}${keptWords(options)}`)
  io.print(`replay this:      npm run chaos -- --seed ${plan.seed}${keptWords(original(kept, options))}`)
}

/** Places in the seed's whole plan, when what was shrunk was only a part of it. */
function original(kept: Kept, { steps, clients }: ChaosOptions): Kept {
  const within = (list: ReadonlyArray<number>, places: ReadonlyArray<number> | undefined) => {
    const sorted = places && [...places].sort((a, b) => a - b)
    return sorted === undefined ? list : list.flatMap((i) => sorted[i] ?? [])
  }
  return { steps: within(kept.steps, steps), clients: within(kept.clients, clients) }
}

function keptWords({ steps, clients }: Partial<Kept>): string {
  return `${steps ? ` --steps ${steps.join() || '""'}` : ""}${clients ? ` --clients ${clients.join()}` : ""}`
}

function playAloud(plan: Plan, { print }: ChaosIo): Run {
  const lines: string[] = []
  const run = play(plan, { log: (at, line) => lines.push(`${String(at).padStart(8)}  ${line}`) })
  const left = Math.max(0, lines.length - logLines_max)
  if (left > 0) print(`  (${left} lines before)`)
  for (const line of lines.slice(left)) print(line)
  return run
}
