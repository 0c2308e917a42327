import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Stored } from "../../../../raft/storage/log-storage.ts"
import { SqliteLogStorage } from "../../../../raft/storage/sqlite.ts"
import { entriesOf, entryOf, faultOf, opened, temporaryPath } from "./temporary.ts"

const suffixes = ["", "-wal", "-mark"]

/** What a crash would leave of a database that is in use: its files as they are, in another place. */
function crashed(path: string): string {
  const image = temporaryPath()
  for (const suffix of suffixes) if (existsSync(path + suffix)) copyFileSync(path + suffix, image + suffix)
  return image
}

/** A database with a snapshot and ten entries, as a crash leaves it, and what was acknowledged. */
function example(): { readonly path: string; readonly acknowledged: Stored } {
  const storage = opened(temporaryPath())
  const configuration = { voters: [1, 2, 3], outgoing: [], learners: [], joining: [], demoted: [], removed: [] }
  storage.save({ hardState: { term: 1, vote: 3, commit: 4 }, entries: entriesOf(1, 8) })
  const snapshot = { index: 4, term: 1, configuration, checksum: 7, data: new Uint8Array(500).fill(9) }
  storage.save({ snapshot, compactTo: 2, entries: [] })
  // So that saves are in both files, and the last one at the end of sqlite's log.
  storage.database.pragma("wal_checkpoint(TRUNCATE)")
  storage.save({ entries: entriesOf(9, 9) })
  storage.save({ hardState: { term: 2, vote: 2, commit: 8 }, entries: [entryOf(10, 2, 3000)] })
  return { path: crashed(storage.database.name), acknowledged: storage.load() }
}

function flip(path: string, at: number, bits = 0xff): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ bits
  writeFileSync(path, bytes)
}

describe("after a crash", () => {
  it("everything acknowledged is there", () => {
    const { path, acknowledged } = example()
    expect(opened(path).load()).toEqual(acknowledged)
  })

  it.each([
    { what: "cut off", damage: (wal: string) => truncateSync(wal, statSync(wal).size - 100) },
    { what: "torn within", damage: (wal: string) => flip(wal, statSync(wal).size - 2000) },
  ])("a save that was under way, and is $what, is left out", ({ damage }) => {
    const storage = opened(temporaryPath())
    storage.save({ entries: entriesOf(1, 3) })
    const image = crashed(storage.database.name)
    storage.save({ entries: entriesOf(4, 6) })
    // The mark is still the one from before: the second save was not acknowledged yet.
    copyFileSync(`${storage.database.name}-wal`, `${image}-wal`)
    damage(`${image}-wal`)
    const after = opened(image)
    expect(after.load().entries).toEqual(entriesOf(1, 3))
    after.save({ entries: entriesOf(4, 4) })
    after.close()
    expect(opened(image).load().entries).toEqual(entriesOf(1, 4))
  })

  it("a save that was under way, and is whole, counts", () => {
    const storage = opened(temporaryPath())
    storage.save({ entries: entriesOf(1, 3) })
    const image = crashed(storage.database.name)
    storage.save({ entries: entriesOf(4, 6) })
    copyFileSync(`${storage.database.name}-wal`, `${image}-wal`)
    expect(opened(image).load().entries).toEqual(entriesOf(1, 6))
  })
})

describe("damage to what was acknowledged", () => {
  it.each([
    {
      what: "the end of sqlite's log is cut off",
      damage: (p: string) => truncateSync(`${p}-wal`, statSync(`${p}-wal`).size - 1),
    },
    {
      what: "sqlite's log has a wrong byte in its last save",
      damage: (p: string) => flip(`${p}-wal`, statSync(`${p}-wal`).size - 99),
    },
    { what: "sqlite's log has a wrong byte at its beginning", damage: (p: string) => flip(`${p}-wal`, 20) },
    { what: "sqlite's log is missing", damage: (p: string) => rmSync(`${p}-wal`) },
    { what: "the mark is missing", damage: (p: string) => rmSync(`${p}-mark`) },
    { what: "the mark is empty", damage: (p: string) => truncateSync(`${p}-mark`) },
    { what: "the mark has a wrong digit", damage: (p: string) => flip(`${p}-mark`, 15, 1) },
    { what: "the database is no database", damage: (p: string) => flip(p, 3) },
    {
      what: "the database is gone",
      damage: (p: string) => {
        rmSync(p)
        rmSync(`${p}-wal`)
      },
    },
  ])("is told when $what", ({ damage }) => {
    const { path } = example()
    damage(path)
    const found = faultOf(() => opened(path))
    expect(found?.fault).toBe("damaged")
    expect(found?.message).toContain("Recover from its peers")
  })

  it.each([
    {
      what: "an entry in the middle is missing",
      sql: "DELETE FROM raft_log WHERE first_index = 9",
      word: "entry 10 where entry 9",
    },
    {
      what: "the last entry is missing",
      sql: "DELETE FROM raft_log WHERE first_index = 10",
      word: "ends before entry 10",
    },
    {
      what: "the first entry is missing",
      sql: "DELETE FROM raft_log WHERE first_index = 1",
      word: "entry 9 where entry 3",
    },
    {
      what: "there is an entry too many",
      sql: "INSERT INTO raft_log VALUES (11, 11, x'00')",
      word: "entries 11 to 11 of its log are truncated",
    },
    {
      what: "an entry stands in another's place",
      sql: "UPDATE raft_log SET entries = (SELECT entries FROM raft_log WHERE first_index = 10) WHERE first_index = 9",
      word: "entries 9 to 9 of its log are entries 10 to 10",
    },
    {
      what: "an entry is cut short",
      sql: "UPDATE raft_log SET entries = substr(entries, 1, length(entries) - 1) WHERE first_index = 1",
      word: "entries 1 to 8 of its log are corrupt",
    },
    { what: "the vote is another", sql: "UPDATE raft_state SET vote = 1", word: "raft_state is not as it was written" },
    { what: "the state is missing", sql: "DELETE FROM raft_state", word: "only 0 are here" },
    { what: "the snapshot is missing", sql: "DELETE FROM raft_snapshot", word: "of index 0 in place of 4" },
    { what: "the snapshot is another", sql: "UPDATE raft_snapshot SET data = x'0102'", word: "data are corrupt" },
    { what: "its metadata are", sql: "UPDATE raft_snapshot SET metadata = x'0102'", word: "metadata are truncated" },
    { what: "a table is missing", sql: "DROP TABLE raft_log", word: "no such table" },
  ])("is told when $what", ({ sql, word }) => {
    const { path } = example()
    const storage = opened(path)
    storage.database.exec(sql)
    storage.close()
    const found = faultOf(() => opened(path))
    expect(found?.message).toContain(word)
    expect(found?.fault).toBe("damaged")
  })

  it("of one byte anywhere is either told or harmless: never is something else read than what was saved", () => {
    const { path, acknowledged } = example()
    const sizes = suffixes.map((suffix) => statSync(path + suffix).size)
    const place = fc
      .nat(suffixes.length - 1)
      .chain((file) => fc.tuple(fc.constant(file), fc.nat((sizes[file] ?? 1) - 1)))
    let told = 0
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), ([file, at], bits) => {
        const image = crashed(path)
        flip(image + suffixes[file], at, bits)
        const fault = faultOf(() => {
          const storage = new SqliteLogStorage(image)
          try {
            expect(storage.load()).toEqual(acknowledged)
          } finally {
            storage.close()
          }
        })
        if (fault !== undefined) told++
      }),
      { numRuns: 150 },
    )
    expect(told).toBeGreaterThan(20)
  })
})
