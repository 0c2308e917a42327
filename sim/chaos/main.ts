// Plays seeds until one fails, or all are done: node dist/sim/chaos/main.js --seeds 300
import { parseArguments, usage } from "./arguments.ts"
import { runChaos } from "./chaos.ts"

const wanted = parseArguments(process.argv.slice(2))
if (typeof wanted === "string") {
  console.error(`${wanted}\n${usage}`)
  process.exitCode = 125
} else {
  const ok = runChaos(wanted, { print: (line) => console.log(line), now_ms: () => performance.now() })
  process.exitCode = ok ? 0 : 1
}
