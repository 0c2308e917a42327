import { isDeepStrictEqual } from "node:util"
import { expect, it } from "vitest"
import { MemoryLogStorage } from "../../../../raft/storage/memory.ts"
import { SqliteLogStorage } from "../../../../raft/storage/sqlite.ts"
import { writeUntilKilled } from "../../../support/killed-writer.ts"
import { temporaryPath } from "./temporary.ts"
import { saveOf } from "./workload.ts"

const kills = Number(process.env.DRYDOCK_KILLS ?? 30)
const writer = new URL("writer.ts", import.meta.url)

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
      const acknowledged = Number((await writeUntilKilled(writer, path, (kill * 7) % 40)) ?? step)
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
