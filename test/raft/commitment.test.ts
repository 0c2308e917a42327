import { describe, expect, it } from "vitest"
import { among, Group, type Letter, termsOf, withLog } from "./group.ts"

/** Loses every append that would bring its receiver an entry of the leader's own term. */
const onlyEarlierTerms =
  (group: Group) =>
  ({ to, message }: Letter): boolean =>
    message.type !== "append" ||
    message.entries.every(({ term }) => term < message.term) ||
    group.seat(to).storage.lastIndex < message.prevIndex

describe("§5.4.2 committing entries from previous terms", () => {
  it("a leader does not commit an entry of an earlier term by counting it; one of its own term commits both", () => {
    // One entry per append, so that the old entry arrives alone.
    const group = new Group({
      size: 3,
      limits: { append_bytes_max: 1 },
      restored: { 1: withLog(1, 2), 2: withLog(1), 3: withLog(1) },
    })
    group.elect(1, onlyEarlierTerms(group))
    expect(group.status(1).progress.map(({ match }) => match)).toEqual([2, 2])
    expect(group.status(1)).toMatchObject({ role: "leader", term: 3, commit: 0 })
    group.wake(1)
    group.stabilize()
    expect(group.status(1).commit).toBe(3)
  })

  // S1 to S5 are members 1 to 5; the letters are the figure's.
  it("figure 8: an entry on a majority may still be replaced, until one of the leader's term is on a majority", () => {
    const one = { append_bytes_max: 1 }
    const group = new Group({
      size: 5,
      limits: one,
      // (b): S1 led term 2 and brought its entry to S2; S5, elected in term 3 by S3 and S4, wrote another.
      restored: {
        1: withLog(1, 2),
        2: withLog(1, 2),
        3: { ...withLog(1), hardState: { term: 3, vote: 5, commit: 0 } },
        4: { ...withLog(1), hardState: { term: 3, vote: 5, commit: 0 } },
        5: { ...withLog(1, 3), hardState: { term: 3, vote: 5, commit: 0 } },
      },
    })
    // (c): S1 leads again, and the entry of term 2 reaches S3: a majority has it. Nothing of term 4 leaves S1.
    const passes = onlyEarlierTerms(group)
    while (group.status(1).role !== "leader") group.elect(1, (letter) => among(1, 2, 3)(letter) && passes(letter))
    const term = group.status(1).term
    expect(group.status(1).role).toBe("leader")
    for (const id of [1, 2, 3]) expect(group.seat(id).storage.entry(2)?.term).toBe(2)
    expect(group.status(1).commit).toBeLessThan(2)
    // (d): S1 crashes, S5 wins with S3, S4 and S2, and replaces the entry.
    group.restart(1)
    while (group.status(5).role !== "leader") group.elect(5, among(2, 3, 4, 5))
    expect(group.status(5).term).toBeGreaterThan(term)
    for (const id of [2, 3, 4, 5]) expect(termsOf(group.seat(id).storage.load().entries).slice(0, 2)).toEqual([1, 3])
    expect(group.status(5).commit).toBe(3)
  })

  it("figure 8 (e): with an entry of its term on a majority, the leader's log wins and S5 cannot be elected", () => {
    const group = new Group({
      size: 5,
      restored: {
        1: withLog(1, 2),
        2: withLog(1, 2),
        3: { ...withLog(1), hardState: { term: 3, vote: 5, commit: 0 } },
        4: { ...withLog(1), hardState: { term: 3, vote: 5, commit: 0 } },
        5: { ...withLog(1, 3), hardState: { term: 3, vote: 5, commit: 0 } },
      },
    })
    while (group.status(1).role !== "leader") group.elect(1, among(1, 2, 3))
    expect(group.status(1).commit).toBe(3)
    for (let i = 0; i < 3; i++) group.elect(5, among(2, 3, 4, 5))
    expect(group.status(5).role).not.toBe("leader")
    group.elect(2)
    expect(termsOf(group.seat(5).storage.load().entries).slice(0, 2)).toEqual([1, 2])
  })
})
