import { describe, expect, it } from "vitest"
import { InvariantViolation, initialHardState, type LogStorage } from "../../../raft/index.ts"
import { logOf } from "../group.ts"

/** A storage under test; `reopen` gives what a new process would find in the same place. */
export interface StorageUnderTest {
  readonly storage: LogStorage
  reopen(): LogStorage
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
