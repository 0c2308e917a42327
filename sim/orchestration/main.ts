// Plays whole clusters until one fails, or all are done: node dist/sim/orchestration/main.js --seeds 300
import { parseArguments } from "../chaos/arguments.ts"
import { runClusterChaos } from "./chaos.ts"

const wanted = parseArguments(process.argv.slice(2))
if (typeof wanted === "string" || wanted.clients) {
  const usage = "usage: npm run chaos:cluster -- [--seeds N] [--seed S] [--minutes M] [--steps I,J,...] [--log]"
  console.error(`${typeof wanted === "string" ? wanted : "unknown option: --clients"}\n${usage}`)
  process.exitCode = 125
} else {
  const ok = runClusterChaos(wanted, { print: (line) => console.log(line), now_ms: () => performance.now() })
  process.exitCode = ok ? 0 : 1
}
