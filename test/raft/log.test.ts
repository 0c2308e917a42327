import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Entry } from "../../raft/index.ts"
import { Log } from "../../raft/log.ts"
import { logOf, termsOf } from "./group.ts"

const logWith = (entries: ReadonlyArray<Entry>, commit = 0, applied = 0) =>
  new Log({ entries, commit, applied, voters: [1, 2, 3] })

/** What leaders of later and later terms do to a log, and what its disk does meanwhile. */
type Deed =
  | { readonly type: "merge"; readonly keep: number; readonly add: number }
  | { readonly type: "start-save" }
  | { readonly type: "save-done" }
  | { readonly type: "commit"; readonly ahead: number }
  | { readonly type: "deliver" }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ type: fc.constant("merge" as const), keep: fc.nat(10), add: fc.nat(4) }),
  fc.constant({ type: "start-save" as const }),
  fc.constant({ type: "save-done" as const }),
  fc.record({ type: fc.constant("commit" as const), ahead: fc.nat(3) }),
  fc.constant({ type: "deliver" as const }),
)

describe("the log", () => {
  it("calls durable only what a disk that carries out its saves in order really holds", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60, size: "max" }), (deeds) => {
        const log = logWith([])
        let expected: number[] = []
        const disk: number[] = []
        const saves: { ticket: number; from: number; terms: number[] }[] = []
        const delivered: number[] = []
        let ticket = 0
        for (const [i, what] of deeds.entries()) {
          const term = i + 1
          if (what.type === "merge") {
            const keep = Math.max(log.commit, expected.length - what.keep)
            const next = [...expected.slice(0, keep), ...Array<number>(what.add).fill(term)]
            log.merge(logOf(...next).slice(log.commit))
            if (what.add > 0) expected = next
          } else if (what.type === "start-save") {
            const { entries, truncateFrom } = log.startSave(++ticket)
            saves.push({ ticket, from: truncateFrom ?? entries[0]?.index ?? 0, terms: termsOf(entries) })
          } else if (what.type === "save-done") {
            const save = saves.shift()
            if (save === undefined) continue
            if (save.from > 0) disk.length = save.from - 1
            disk.push(...save.terms)
            log.saved(save.ticket)
          } else if (what.type === "commit") {
            log.commitTo(Math.min(log.lastIndex, log.commit + what.ahead))
          } else {
            delivered.push(...termsOf(log.deliver()))
          }
          expect(termsOf(log.slice(1, Number.POSITIVE_INFINITY))).toEqual(expected)
          const uncommitted = logOf(...expected).slice(log.commit)
          expect(log.uncommittedBytes).toBe(uncommitted.reduce((sum, { data }) => sum + data.length, 0))
          expect(disk.slice(0, log.durable)).toEqual(expected.slice(0, log.durable))
          expect(log.delivered).toBeLessThanOrEqual(Math.min(log.commit, log.durable))
          expect(delivered).toEqual(expected.slice(0, log.delivered))
        }
        // When the disk has caught up, everything is durable.
        const { entries, truncateFrom } = log.startSave(++ticket)
        log.saved(ticket)
        expect(log.durable).toBe(log.lastIndex)
        expect((truncateFrom ?? entries[0]?.index ?? log.lastIndex + 1) + entries.length).toBe(log.lastIndex + 1)
      }),
      { numRuns: 300 },
    )
  })

  it("finds the last entry up to an index whose term is at most the one asked for", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 }),
        fc.nat(35),
        fc.nat(8),
        (some, index, term) => {
          const terms = some.sort((a, b) => a - b)
          const log = logWith(logOf(...terms))
          let expected = Math.min(index, terms.length)
          while (expected > 0 && (terms[expected - 1] ?? 0) > term) expected--
          expect(log.lastIndexWithin(index, term)).toBe(expected)
        },
      ),
    )
  })

  it("gives the same array to everybody who asks for the same entries", () => {
    const log = logWith([])
    log.push(1, new Uint8Array(1))
    expect(log.slice(1, 1000)).toBe(log.startSave(1).entries)
  })

  it("does not start from entries out of order, or from less than what was committed", () => {
    expect(() => logWith(logOf(1, 1, 1).toSpliced(1, 1))).toThrow("not in order")
    expect(() => logWith(logOf(2, 1))).toThrow("not in order")
    expect(() => logWith(logOf(1), 2)).toThrow("ends before what was committed")
  })

  it("hands out nothing that the state machine kept from before", () => {
    const log = logWith(logOf(1, 1, 2), 1, 2)
    expect([log.commit, log.deliverable]).toEqual([2, false])
    log.commitTo(3)
    expect(log.deliver().map(({ index }) => index)).toEqual([3])
  })
})
