import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { expect, it } from "vitest"
import { MemoryLogStorage } from "../../../../raft/storage/memory.ts"
import { SqliteLogStorage } from "../../../../raft/storage/sqlite.ts"
import { temporaryPath } from "./temporary.ts"
import { saveOf } from "./workload.ts"

const kills = Number(process.env.DRYDOCK_KILLS ?? 30)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Runs the writer, kills it some milliseconds after its first save, and returns the last step it acknowledged, if any. */
function writeUntilKilled(path: string, after_ms: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const argv = ["--import", here("typescript.mjs"), here("writer.ts"), path]
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    let complaint = ""
    child.stdout.on("data", (chunk: Buffer) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), after_ms)
      said += chunk.toString()
    })
    child.stderr.on("data", (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    child.on("error", reject)
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") reject(new Error(`the writer ended by itself: ${complaint}`))
      // What follows the last line's end may be half a number.
      const steps = said.slice(0, said.lastIndexOf("\n")).split("\n")
      resolve(said.includes("\n") ? Number(steps.at(-1)) : undefined)
    })
  })
}

it(
  `nothing acknowledged is lost in ${kills} kills of a process that writes`,
  async () => {
    const path = temporaryPath()
    const model = new MemoryLogStorage()
    let step = 0
    let ahead = 0
    const advance = (to: number): void => {
      while (step < to) model.save(saveOf(++step, model))
    }
    for (let kill = 0; kill < kills; kill++) {
      const acknowledged = (await writeUntilKilled(path, (kill * 7) % 40)) ?? step
      const storage = new SqliteLogStorage(path)
      const found = Number(storage.database.prepare("SELECT max(step) FROM applied").pluck().get())
      advance(acknowledged)
      // A save that was under way may be there: whole, along with what the application wrote, or not at all.
      expect([acknowledged, acknowledged + 1]).toContain(found)
      ahead += found - acknowledged
      advance(found)
      // expect() would take seconds for this many bytes.
      const same = isDeepStrictEqual(storage.load(), model.load())
      expect(same, `as saved, after kill ${kill}, at step ${found}`).toBe(true)
      storage.close()
    }
    console.log(`${step} saves, ${kills} kills, ${ahead} of them between a save and its acknowledgement`)
    expect(step).toBeGreaterThan(kills)
  },
  30_000 + kills * 10_000,
)
