// What placement costs: see docs/performance.md. Figures per run go to standard output as a table.
//   node dist/bench/scheduler.js            all
//   node dist/bench/scheduler.js decide     one part (decide, one-off, large)
import { large } from "./scheduler/large.ts"
import { oneOff } from "./scheduler/one-off.ts"
import { placeOneService } from "./scheduler/one-service.ts"

const wanted = process.argv[2]
if (!wanted || wanted === "decide") placeOneService()
if (!wanted || wanted === "one-off") oneOff()
if (!wanted || wanted === "large") large()
