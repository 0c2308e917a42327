import { describe, expect, it } from "vitest"
import { checksum, InvariantViolation, initialHardState, type LogStorage, type Snapshot } from "../../../raft/index.ts"
import { logOf } from "../group.ts"

/** A storage under test; `reopen` gives what a new process would find in the same place. */
export interface StorageUnderTest {
  readonly storage: LogStorage
  reopen(): LogStorage
}

function snapshotAt(index: number, term: number, data = new Uint8Array([index, 0, 255])): Snapshot {
  const none = { outgoing: [], learners: [], joining: [], demoted: [], removed: [] }
  return { index, term, configuration: { ...none, voters: [1, 2, 3] }, checksum: checksum(data), data }
}

/** What every log storage must do. */
export function logStorageContract(name: string, open: () => StorageUnderTest): void {
  describe(`a ${name} log storage`, () => {
    it("starts with the initial hard state and no entries", () => {
      expect(open().storage.load()).toEqual({ hardState: initialHardState, entries: [] })
    })

    it("gives back after reopening what was saved", () => {
      const { storage, reopen } = open()
      storage.save({ hardState: { term: 3, vote: 2, commit: 1 }, entries: logOf(1, 3) })
      storage.save({ entries: logOf(1, 3, 3).slice(2) })
      expect(reopen().load()).toEqual({ hardState: { term: 3, vote: 2, commit: 1 }, entries: logOf(1, 3, 3) })
    })

    it("replaces the hard state when there is a new one, and keeps it when there is none", () => {
      const { storage, reopen } = open()
      storage.save({ hardState: { term: 1, vote: 1, commit: 0 }, entries: [] })
      storage.save({ hardState: { term: 2, vote: 0, commit: 0 }, entries: [] })
      storage.save({ entries: logOf(2) })
      expect(reopen().load().hardState).toEqual({ term: 2, vote: 0, commit: 0 })
    })

    it("cuts the log before it appends", () => {
      const { storage, reopen } = open()
      storage.save({ entries: logOf(1, 1, 1, 1) })
      storage.save({ truncateFrom: 2, entries: logOf(1, 5, 5).slice(1) })
      expect(reopen().load().entries).toEqual(logOf(1, 5, 5))
      storage.save({ truncateFrom: 3, entries: [] })
      expect(reopen().load().entries).toEqual(logOf(1, 5))
    })

    it("keeps data byte for byte: none, zeros, and more than a page", () => {
      const { storage, reopen } = open()
      const datas = [new Uint8Array(0), new Uint8Array([0, 255, 0]), new Uint8Array(100_000).fill(7)]
      const entries = datas.map((data, i) => ({ index: i + 1, term: 1, kind: "command" as const, data }))
      storage.save({ entries })
      expect(
        reopen()
          .load()
          .entries.map(({ data }) => Uint8Array.from(data)),
      ).toEqual(datas)
    })

    it("gives back a copy: what is saved later does not show in it", () => {
      const { storage } = open()
      storage.save({ entries: logOf(1) })
      const before = storage.load()
      storage.save({ truncateFrom: 1, entries: logOf(2, 2) })
      expect(before.entries).toEqual(logOf(1))
    })

    it("keeps the kind of an entry", () => {
      const { storage, reopen } = open()
      const entries = logOf(1, 1).map((entry, i) => (i === 0 ? entry : { ...entry, kind: "configuration" as const }))
      storage.save({ entries })
      expect(
        reopen()
          .load()
          .entries.map(({ kind }) => kind),
      ).toEqual(["command", "configuration"])
    })

    it("keeps a snapshot, and the entries after `compactTo`", () => {
      const { storage, reopen } = open()
      storage.save({ hardState: { term: 1, vote: 1, commit: 3 }, entries: logOf(1, 1, 1, 1) })
      storage.save({ snapshot: snapshotAt(3, 1), compactTo: 1, entries: [] })
      const { snapshot, entries } = reopen().load()
      expect({ ...snapshot, data: Uint8Array.from(snapshot?.data ?? []) }).toEqual(snapshotAt(3, 1))
      expect(entries).toEqual(logOf(1, 1, 1, 1).slice(1))
      storage.save({ entries: logOf(1, 1, 1, 1, 1).slice(4) })
      storage.save({ snapshot: snapshotAt(5, 1, new Uint8Array(100_000).fill(9)), compactTo: 5, entries: [] })
      expect(reopen().load().snapshot).toMatchObject({ index: 5 })
      expect(reopen().load().snapshot?.data).toHaveLength(100_000)
      expect(reopen().load().entries).toEqual([])
    })

    it("goes on after a snapshot from beyond the log", () => {
      const { storage, reopen } = open()
      storage.save({ entries: logOf(1, 1) })
      const after = [{ index: 10, term: 5, kind: "command" as const, data: new Uint8Array([1]) }]
      storage.save({
        hardState: { term: 5, vote: 0, commit: 9 },
        snapshot: snapshotAt(9, 4),
        compactTo: 9,
        entries: after,
      })
      const { snapshot, entries, hardState } = reopen().load()
      expect([snapshot?.index, hardState.commit, entries.map(({ index }) => index)]).toEqual([9, 9, [10]])
    })

    it("replaces a log that parts from a snapshot", () => {
      const { storage, reopen } = open()
      storage.save({ entries: logOf(1, 1, 1, 1, 1) })
      storage.save({ snapshot: snapshotAt(3, 2), compactTo: 3, truncateFrom: 4, entries: [] })
      expect(reopen().load()).toMatchObject({ snapshot: { index: 3, term: 2 }, entries: [] })
    })

    it.each([
      { what: "brings an old snapshot", save: { snapshot: snapshotAt(3, 1), entries: [] } },
      { what: "drops what no snapshot holds", save: { compactTo: 4, entries: [] } },
      { what: "cuts what the snapshot stands for", save: { compactTo: 3, truncateFrom: 3, entries: [] } },
      { what: "leaves a hole after its snapshot", save: { snapshot: snapshotAt(9, 1), entries: [] } },
      { what: "cuts into its snapshot", save: { truncateFrom: 3, entries: [] } },
    ])("with a snapshot, refuses a save that $what, and changes nothing", ({ save }) => {
      const { storage, reopen } = open()
      storage.save({ hardState: { term: 1, vote: 1, commit: 3 }, entries: logOf(1, 1, 1, 1, 1) })
      storage.save({ snapshot: snapshotAt(3, 1), compactTo: 2, entries: [] })
      const before = storage.load()
      expect(() => storage.save({ hardState: { term: 9, vote: 9, commit: 4 }, ...save })).toThrow(InvariantViolation)
      expect(reopen().load()).toEqual(before)
    })

    it.each([
      { what: "leaves a hole", save: { entries: logOf(1, 1, 1, 1).slice(3) } },
      { what: "overlaps without cutting", save: { entries: logOf(1, 1).slice(1) } },
      { what: "has entries out of order", save: { entries: [...logOf(1, 1, 1, 1).slice(2)].reverse() } },
      { what: "cuts where there is no log", save: { truncateFrom: 9, entries: [] } },
      { what: "cuts before the log", save: { truncateFrom: 0, entries: [] } },
      { what: "leaves a hole after its cut", save: { truncateFrom: 1, entries: logOf(1, 1).slice(1) } },
    ])("refuses a save that $what, and changes nothing", ({ save }) => {
      const { storage, reopen } = open()
      storage.save({ hardState: { term: 1, vote: 1, commit: 1 }, entries: logOf(1, 1) })
      const before = storage.load()
      expect(() => storage.save({ hardState: { term: 9, vote: 9, commit: 2 }, ...save })).toThrow(InvariantViolation)
      expect(reopen().load()).toEqual(before)
    })
  })
}
