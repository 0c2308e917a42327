import { drawPlan } from "./plan.ts"
import { play } from "./run.ts"

const from = Number(process.argv[2] ?? 1)
const count = Number(process.argv[3] ?? 1)
const log = process.argv[4] === "log"
let bad = 0
const kinds = new Map<string, number>()
let virtual = 0
for (let seed = from; seed < from + count; seed++) {
  const run = play(drawPlan(seed), log ? { log: (at, line) => console.log(String(at).padStart(8), line) } : {})
  virtual += run.figures.virtual_ms
  if (run.failure) {
    bad++
    kinds.set(run.failure.kind, (kinds.get(run.failure.kind) ?? 0) + 1)
    console.log(`seed ${seed}: ${run.failure.kind} at ${run.failure.at_ms}: ${run.failure.what.slice(0, 600)}`)
  }
}
console.log(`${count} seeds, ${bad} failed`, Object.fromEntries(kinds), `virtual h ${(virtual / 3.6e6).toFixed(1)}`)
