import { expect, it } from "vitest"
import { decodeChangeSet } from "../../../../core/store/change.ts"
import { ClusterStore } from "../../../../core/store/store.ts"
import { ManagerStorage } from "../../../../nodes/manager/storage/manager-storage.ts"
import type { Stored } from "../../../../raft/index.ts"
import { temporaryPath } from "../../../raft/storage/sqlite/temporary.ts"
import { writeUntilKilled } from "../../../support/killed-writer.ts"
import { Member } from "./member.ts"

const kills = Number(process.env.DRYDOCK_KILLS ?? 15)
const writer = new URL("writer.ts", import.meta.url)

/** What a stored log makes of its snapshot, up to an index. */
function storeOf({ snapshot, entries }: Stored, upTo: number): ClusterStore {
  const store = snapshot ? ClusterStore.decode(snapshot.data) : new ClusterStore()
  for (const { index, data } of entries) {
    if (index > (snapshot?.index ?? 0) && index <= upTo && data.length > 0) store.apply(decodeChangeSet(data), index)
  }
  return store
}

it(
  `rows and log agree after each of ${kills} kills of a process that writes`,
  async () => {
    const path = temporaryPath()
    let behind = 0
    for (let kill = 0; kill < kills; kill++) {
      const durable = Number((await writeUntilKilled(writer, path, (kill * 7) % 40)) ?? 0)
      const storage = new ManagerStorage(path)
      const stored = storage.load()
      const { applied } = storage
      expect(stored.entries.at(-1)?.index).toBeGreaterThanOrEqual(durable)
      expect(storage.mend(storeOf(stored, applied)), `after kill ${kill}`).toEqual([])
      behind += (stored.entries.at(-1)?.index ?? 0) - applied
      // The next process applies again what the rows lack.
      const member = new Member(storage, 20)
      storage.settle()
      expect(storage.mend(member.store)).toEqual([])
      storage.close()
    }
    console.log(`${kills} kills, rows ${behind / kills} entries behind the log on average`)
    expect(behind).toBeGreaterThan(0)
    const storage = new ManagerStorage(path)
    expect(storage.applied).toBeGreaterThan(100)
    storage.close()
  },
  30_000 + kills * 10_000,
)
