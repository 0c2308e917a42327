import { describe, expect, it } from "vitest"
import { Group, logOf, termsOf, withLog } from "./group.ts"

describe("§5.3 the consistency check", () => {
  it("a follower rejects what does not follow its log", () => {
    const group = new Group({ size: 3, restored: { 1: withLog(1, 1) } })
    const append = { type: "append" as const, term: 3, entries: [], commit: 0 }
    group.receive(2, 1, { ...append, prevIndex: 5, prevTerm: 2 })
    group.receive(2, 1, { ...append, prevIndex: 2, prevTerm: 2 })
    group.receive(2, 1, { ...append, prevIndex: 2, prevTerm: 1 })
    expect(group.take().map(({ message }) => message)).toMatchObject([
      { accepted: false, index: 5, hintIndex: 2, hintTerm: 1 },
      { accepted: false, index: 2, hintIndex: 2, hintTerm: 1 },
      { accepted: true, index: 2 },
    ])
  })

  it("a rejection skips what the leader cannot have: entries of later terms than it asked for", () => {
    const group = new Group({ size: 3, restored: { 1: withLog(1, 1, 2, 2, 3, 3) } })
    group.receive(2, 1, { type: "append", term: 4, prevIndex: 6, prevTerm: 1, entries: [], commit: 0 })
    expect(group.take()[0]?.message).toMatchObject({ accepted: false, index: 6, hintIndex: 2, hintTerm: 1 })
  })

  // The leader's log of figure 7, and the followers (a) to (f).
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
  it.each([
    { name: "(a) entries are missing", log: [1, 1, 1, 4, 4, 5, 5, 6, 6] },
    { name: "(b) most are missing", log: [1, 1, 1, 4] },
    { name: "(c) one extra, uncommitted", log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6] },
    { name: "(d) two extra, of a later term", log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7] },
    { name: "(e) missing and extra", log: [1, 1, 1, 4, 4, 4, 4] },
    { name: "(f) two terms of its own", log: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3] },
  ])("figure 7 $name: the follower's log becomes the leader's", ({ log }) => {
    const group = new Group({
      size: 3,
      restored: {
        1: { ...withLog(...leader), hardState: { term: 7, vote: 0, commit: 0 } },
        2: { ...withLog(...log), hardState: { term: 7, vote: 0, commit: 0 } },
        3: { ...withLog(...leader), hardState: { term: 7, vote: 0, commit: 0 } },
      },
    })
    group.elect(1)
    expect(group.status(1).role).toBe("leader")
    expect(termsOf(group.seat(2).storage.load().entries)).toEqual([...leader, 8])
    expect(group.seat(2).storage.load().entries).toEqual(group.seat(1).storage.load().entries)
    expect(group.status(2)).toMatchObject({ commit: 11, delivered: 11 })
  })

  it("a leader finds where two logs part in one rejection per term, not one per entry", () => {
    const ours = [...Array(50).fill(1), ...Array(50).fill(4)]
    const theirs = [...Array(50).fill(1), ...Array(80).fill(2), ...Array(80).fill(3)]
    const group = new Group({ size: 3, restored: { 1: withLog(...ours), 2: withLog(...theirs), 3: withLog(...ours) } })
    let rejections = 0
    group.elect(1, ({ message }) => {
      if (message.type === "append-reply" && !message.accepted) rejections++
      return true
    })
    expect(termsOf(group.seat(2).storage.load().entries)).toEqual([...ours, 4 + 1])
    expect(rejections).toBeLessThanOrEqual(3)
  })

  it("an append that comes late or again takes nothing away", () => {
    const group = new Group({ size: 3 })
    const append = { type: "append" as const, term: 1, prevIndex: 0, prevTerm: 0, commit: 0 }
    group.receive(2, 1, { ...append, entries: logOf(1, 1, 1) })
    group.receive(2, 1, { ...append, entries: logOf(1) })
    group.receive(2, 1, { ...append, entries: [] })
    expect(group.status(1).lastIndex).toBe(3)
  })

  it("an append that lies wholly before the commit index is answered with the commit index", () => {
    const group = new Group({ size: 3 })
    const append = { type: "append" as const, term: 1, prevIndex: 0, prevTerm: 0, commit: 3 }
    group.receive(2, 1, { ...append, entries: logOf(1, 1, 1) })
    group.take()
    group.receive(2, 1, { ...append, entries: logOf(1) })
    expect(group.take()[0]?.message).toMatchObject({ accepted: true, index: 3 })
  })

  it("a follower commits no further than what the append covers", () => {
    const group = new Group({ size: 3, restored: { 1: withLog(1, 2, 2) } })
    // Entries 2 and 3 of this member are not the leader's.
    group.receive(2, 1, { type: "append", term: 5, prevIndex: 1, prevTerm: 1, entries: [], commit: 9 })
    expect(group.status(1).commit).toBe(1)
  })

  it("what was committed is never replaced: such an append is a broken invariant", () => {
    const group = new Group({ size: 3, restored: { 1: withLog(1, 1) } })
    group.receive(2, 1, { type: "heartbeat", term: 3, commit: 2, round: 0 })
    const entries = [{ index: 2, term: 3, kind: "command" as const, data: new Uint8Array(0) }]
    const append = { type: "append" as const, term: 3, prevIndex: 1, prevTerm: 1, entries, commit: 0 }
    group.receive(2, 1, append)
    expect(group.status(1).lastIndex).toBe(2)
    const reaches = {
      ...append,
      prevIndex: 2,
      entries: [{ index: 2, term: 3, kind: "command" as const, data: new Uint8Array(0) }],
    }
    expect(() => group.receive(2, 1, reaches)).toThrow("a committed entry would be overwritten")
  })

  it("a heartbeat that commits what a member lost is a broken invariant", () => {
    const group = new Group({ size: 3 })
    expect(() => group.receive(2, 1, { type: "heartbeat", term: 1, commit: 4, round: 0 })).toThrow("entries were lost")
  })
})
