import { statSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { Sqlite } from "../../../../raft/storage/sqlite/better-sqlite3.ts"
import { initialHardState } from "../../../../raft/types.ts"
import { entriesOf, entryOf, faultOf, opened, temporaryPath } from "./temporary.ts"

describe("a save", () => {
  it("takes the application's writes along: both are there after reopening", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.database.exec("CREATE TABLE applied (log_index INTEGER)")
    const write = () => storage.database.exec("INSERT INTO applied VALUES (2)")
    storage.saveAll([{ entries: entriesOf(1, 2) }], { write })
    storage.close()
    const after = opened(path)
    expect(after.load().entries).toEqual(entriesOf(1, 2))
    expect(after.database.prepare("SELECT log_index FROM applied").pluck().all()).toEqual([2])
  })

  it("is undone when the application's writes fail, and the next save succeeds", () => {
    const storage = opened(temporaryPath())
    storage.database.exec("CREATE TABLE applied (log_index INTEGER)")
    const failing = () =>
      storage.saveAll([{ entries: entriesOf(1, 2) }], {
        applied: 2,
        write() {
          storage.database.exec("INSERT INTO applied VALUES (2)")
          throw new Error("cannot apply")
        },
      })
    expect(failing).toThrow("cannot apply")
    expect(storage.load()).toEqual({ hardState: initialHardState, entries: [] })
    expect(storage.applied).toBe(0)
    expect(storage.database.prepare("SELECT count(*) FROM applied").pluck().get()).toBe(0)
    storage.save({ entries: entriesOf(1, 3) })
    expect(storage.load().entries).toEqual(entriesOf(1, 3))
  })

  it("of several saves at once applies them in their order", () => {
    const storage = opened(temporaryPath())
    storage.saveAll([
      { hardState: { term: 1, vote: 1, commit: 0 }, entries: entriesOf(1, 4) },
      { truncateFrom: 3, entries: entriesOf(3, 3, 2) },
      { hardState: { term: 2, vote: 2, commit: 1 }, entries: [entryOf(4, 2)] },
    ])
    expect(storage.load()).toEqual({
      hardState: { term: 2, vote: 2, commit: 1 },
      entries: [...entriesOf(1, 2), ...entriesOf(3, 4, 2)],
    })
  })

  it("of several saves at once writes none when one does not follow", () => {
    const storage = opened(temporaryPath())
    expect(() => storage.saveAll([{ entries: entriesOf(1, 4) }, { entries: entriesOf(6, 6) }])).toThrow("hole")
    expect(storage.load().entries).toEqual([])
  })

  it("of several saves at once is one row of the log, and so is what each later one brings", () => {
    const storage = opened(temporaryPath())
    storage.saveAll([{ entries: entriesOf(1, 4) }, { entries: entriesOf(5, 5) }])
    storage.save({ entries: entriesOf(6, 8) })
    const rows = storage.database.prepare("SELECT first_index, last_index FROM raft_log").raw()
    expect(rows.all()).toEqual([
      [1, 5],
      [6, 8],
    ])
    storage.save({ truncateFrom: 4, entries: entriesOf(4, 9, 2) })
    expect(rows.all()).toEqual([
      [1, 3],
      [4, 9],
    ])
    expect(storage.load().entries).toEqual([...entriesOf(1, 3), ...entriesOf(4, 9, 2)])
  })

  it("of much is several rows: a cut writes only one of them anew", () => {
    const storage = opened(temporaryPath())
    const entries = Array.from({ length: 10 }, (_, i) => entryOf(i + 1, 1, 100_000))
    storage.save({ entries })
    expect(storage.database.prepare("SELECT first_index FROM raft_log").pluck().all()).toEqual([1, 3, 5, 7, 9])
    storage.save({ truncateFrom: 6, entries: [] })
    expect(storage.load().entries).toEqual(entries.slice(0, 5))
  })

  it("that has to cut a row which cannot be read is refused, and the storage is known to be damaged", () => {
    const storage = opened(temporaryPath())
    storage.save({ entries: entriesOf(1, 4) })
    storage.database.exec("UPDATE raft_log SET entries = x'01'")
    expect(faultOf(() => storage.save({ truncateFrom: 3, entries: [] }))?.fault).toBe("damaged")
    expect(faultOf(() => storage.save({ entries: entriesOf(5, 5) }))?.fault).toBe("damaged")
  })

  it("does not show in what was loaded before it", () => {
    const storage = opened(temporaryPath())
    const before = storage.load()
    storage.save({ entries: entriesOf(1, 1) })
    expect(before.entries).toEqual([])
    expect(storage.load().entries).toEqual(entriesOf(1, 1))
  })

  it("asks sqlite for one flush of its log, and for no other", () => {
    const storage = opened(temporaryPath())
    // 2 is FULL: every commit flushes the log once.
    expect(storage.database.pragma("synchronous", { simple: true })).toBe(2)
    expect(storage.database.pragma("journal_mode", { simple: true })).toBe("wal")
  })
})

describe("up to where the application has applied", () => {
  it("is kept with what it wrote, and is committed after a restart", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.saveAll([{ hardState: { term: 1, vote: 1, commit: 1 }, entries: entriesOf(1, 5) }])
    storage.saveAll([], { applied: 4, write: () => {} })
    storage.close()
    const after = opened(path)
    expect(after.applied).toBe(4)
    expect(after.load().hardState).toEqual({ term: 1, vote: 1, commit: 4 })
  })

  it("never goes back, nor beyond the log", () => {
    const storage = opened(temporaryPath())
    storage.saveAll([{ entries: entriesOf(1, 5) }], { applied: 3, write: () => {} })
    expect(() => storage.saveAll([], { applied: 2, write: () => {} })).toThrow("goes back")
    expect(() => storage.saveAll([], { applied: 6, write: () => {} })).toThrow("not in the log")
    expect(storage.applied).toBe(3)
  })
})

describe("a database", () => {
  it("can be read by others while its member runs", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.save({ hardState: { term: 4, vote: 2, commit: 0 }, entries: entriesOf(1, 3, 4) })
    const reader = new Sqlite(path, { readonly: true })
    expect(reader.prepare("SELECT term, vote, last_index FROM raft_state").raw().get()).toEqual([4, 2, 3])
    storage.save({ entries: entriesOf(4, 4, 4) })
    reader.close()
  })

  it("is not opened a second time while its member runs, and is afterwards", () => {
    const path = temporaryPath()
    const first = opened(path)
    const second = faultOf(() => opened(path))
    expect(second?.fault).toBe("locked")
    expect(second?.message).toContain("one process at a time")
    first.close()
    expect(opened(path).load().entries).toEqual([])
  })

  it("of a newer format is left alone", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.database.pragma("user_version = 9")
    storage.close()
    expect(faultOf(() => opened(path))?.message).toContain("it is of format 9")
  })

  it("that reaches its size limit, and gets room again, goes on where it was", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.save({ entries: entriesOf(1, 3) })
    const pages = Number(storage.database.pragma("page_count", { simple: true }))
    storage.database.pragma(`max_page_count = ${pages}`)
    const full = faultOf(() => storage.save({ entries: [entryOf(4, 1, 100_000)] }))
    expect(full?.fault).toBe("full")
    expect(full?.message).toContain("nothing that was acknowledged is lost")
    expect(storage.load().entries).toEqual(entriesOf(1, 3))
    storage.database.pragma("max_page_count = 1000000")
    storage.save({ entries: [entryOf(4, 1, 100_000)] })
    storage.close()
    expect(opened(path).load().entries).toEqual([...entriesOf(1, 3), entryOf(4, 1, 100_000)])
    expect(statSync(`${path}-mark`).size).toBe(26)
  })

  it("that another process locks for long refuses the save, and takes it afterwards", () => {
    const path = temporaryPath()
    const storage = opened(path)
    const other = new Sqlite(path)
    other.exec("BEGIN IMMEDIATE")
    expect(faultOf(() => storage.save({ entries: entriesOf(1, 1) }))?.fault).toBe("locked")
    other.exec("ROLLBACK")
    other.close()
    storage.save({ entries: entriesOf(1, 1) })
    expect(storage.load().entries).toEqual(entriesOf(1, 1))
  })

  it("that another process wrote a save to refuses this one's", () => {
    const path = temporaryPath()
    const storage = opened(path)
    storage.save({ entries: entriesOf(1, 1) })
    storage.database.exec("UPDATE raft_state SET saves = saves + 1")
    expect(faultOf(() => storage.save({ entries: entriesOf(2, 2) }))?.fault).toBe("locked")
  })

  it("that cannot be written refuses the save", () => {
    const storage = opened(temporaryPath())
    storage.database.pragma("query_only = 1")
    const refused = faultOf(() => storage.save({ entries: entriesOf(1, 1) }))
    expect(refused?.fault).toBe("read-only")
    expect(refused?.message).toContain("writable for this user")
    expect(storage.load().entries).toEqual([])
  })
})
