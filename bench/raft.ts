// What consensus costs. In memory: three members in one process hand each other messages, as they are or encoded and decoded, and every member
// applies every entry. Durable: three members with a database each, and a hundred clients.
//   --seconds N  (1)        CPU seconds of each run in memory
//   --runs N     (3)        runs of each; the best counts
//   --durable N  (30000)    entries of each durable run; 0 for none
//   --folder F   (.)        on the disk to measure
import { decodeMessage, encodeMessage } from "../raft/codec/index.ts"
import type { Message } from "../raft/index.ts"
import { durable } from "./raft/durable.ts"
import { best } from "./raft/throughput.ts"

function flag(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return process.argv[at < 0 ? -1 : at + 1] ?? otherwise
}

function encoded(message: Message): Message {
  const decoded = decodeMessage(encodeMessage(message))
  if (!decoded.ok) throw new Error(decoded.error)
  return decoded.value
}

const asTheyAre = (message: Message): Message => message
const thousands = (n: number): string => Math.round(n).toLocaleString("en-US")

const seconds = Number(flag("seconds", "1"))
const runs = Number(flag("runs", "3"))
console.log("entries committed and applied by all of three members, per CPU second")
for (const { how, wire } of [
  { how: "messages as they are", wire: asTheyAre },
  { how: "encoded and decoded", wire: encoded },
]) {
  for (const payload of [16, 1024]) {
    for (const { batch, together } of [
      { batch: 1, together: false },
      { batch: 100, together: false },
      { batch: 100, together: true },
    ]) {
      const { perCpuSecond, messagesPerEntry } = best({ members: 3, payload, batch, together, wire }, seconds, runs)
      const what = `${how}, ${payload} B, ${together ? "100 in one" : `batch ${batch}`}:`.padEnd(42)
      console.log(`  ${what}${thousands(perCpuSecond).padStart(9)}  (${messagesPerEntry.toFixed(1)} messages an entry)`)
    }
  }
}

const durableEntries = Number(flag("durable", "30000"))
if (durableEntries > 0) {
  console.log("durable: three members in threads, each with its database; 100 clients; entries per second")
  for (const payload of [16, 1024]) {
    const work = { clients: 100, payload, entries: durableEntries, folder: flag("folder", ".") }
    const { perSecond, alonePerSecond, threePerSecond, batch } = await durable(work)
    const share = (of: number): string => `${((100 * perSecond) / of).toFixed(0)}% of`
    console.log(
      `  ${`${payload} B:`.padEnd(42)}${thousands(perSecond).padStart(9)}  (${batch.toFixed(0)} entries a transaction)`,
    )
    console.log(`    ${share(alonePerSecond)} sqlite alone: ${thousands(alonePerSecond)} in the same transactions`)
    console.log(`    ${share(threePerSecond)} sqlite in three threads at once: ${thousands(threePerSecond)} in each`)
  }
}
