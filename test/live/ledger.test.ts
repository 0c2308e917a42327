import { describe, expect, it } from "vitest"
import { agrees, allowed, type Content, type Entry, Ledger } from "../../bench/live/chaos/ledger.ts"

const first = { marker: "w1-1", replicas: 1 }
const second = { marker: "w1-2", replicas: 3 }
const well = { status: 200, error: "", body: undefined }
const nothing = { status: 0, error: "no answer", body: undefined }
const outOfSequence = { status: 500, error: "rpc error: update out of sequence", body: undefined }
const noLeader = { status: 500, error: "The swarm does not have a leader.", body: undefined }

const entry = (): Entry => ({ kind: "service", name: "service-w1-1", acknowledged: undefined, open: [] })

/** Whether the store may say this of the entry. */
const mayBe = (one: Entry, found: Exclude<Content, "gone"> | undefined): boolean =>
  allowed(one).some((content) => agrees(content, found))

describe("what live chaos expects of the store", () => {
  it("is what was acknowledged last, and nothing else", () => {
    const one = entry()
    const ledger = new Ledger(0)
    ledger.note(one, first, well, 0)
    ledger.note(one, second, well, 0)
    expect(mayBe(one, second)).toBe(true)
    expect(mayBe(one, first)).toBe(false)
    expect(mayBe(one, undefined)).toBe(false)
    expect(mayBe(one, { ...second, replicas: 2 })).toBe(false)
  })

  it("is either of both where there was no answer, or a server's error, until another change is acknowledged", () => {
    for (const answer of [nothing, noLeader]) {
      const one = entry()
      const ledger = new Ledger(0)
      ledger.note(one, first, well, 0)
      ledger.note(one, "gone", answer, 0)
      expect(mayBe(one, first)).toBe(true)
      expect(mayBe(one, undefined)).toBe(true)
      ledger.note(one, second, well, 0)
      expect(mayBe(one, undefined)).toBe(false)
      expect(ledger.counts).toEqual({ acknowledged: 2, unknown: 1, refused: 0 })
    }
  })

  it("is as before what was refused", () => {
    const one = entry()
    const ledger = new Ledger(0)
    ledger.note(one, first, well, 0)
    ledger.note(one, second, outOfSequence, 0)
    expect(mayBe(one, first)).toBe(true)
    expect(mayBe(one, second)).toBe(false)
    expect([...ledger.refusals.values()]).toEqual([1])
  })

  it("is nothing where something was removed", () => {
    const one = entry()
    const ledger = new Ledger(0)
    ledger.note(one, first, well, 0)
    ledger.note(one, "gone", well, 0)
    expect(mayBe(one, undefined)).toBe(true)
    expect(mayBe(one, first)).toBe(false)
  })
})
