import { describe, expect, it } from "vitest"
import { Group, withLog } from "./group.ts"

describe("§5.4.1 election restriction", () => {
  // The voter's log ends with entry 2 of term 2.
  it.each([
    { lastTerm: 2, lastIndex: 2, granted: true, because: "the same log" },
    { lastTerm: 2, lastIndex: 3, granted: true, because: "a longer log of the same last term" },
    { lastTerm: 3, lastIndex: 1, granted: true, because: "a later last term, though shorter" },
    { lastTerm: 2, lastIndex: 1, granted: false, because: "a shorter log of the same last term" },
    { lastTerm: 1, lastIndex: 9, granted: false, because: "an earlier last term, though longer" },
    { lastTerm: 0, lastIndex: 0, granted: false, because: "an empty log" },
  ])("$because: vote granted is $granted", ({ lastTerm, lastIndex, granted }) => {
    const group = new Group({ size: 3, restored: { 1: withLog(1, 2) } })
    group.receive(2, 1, { type: "vote", term: 4, lastIndex, lastTerm, transfer: false })
    expect(group.take({ from: 1 })[0]?.message).toMatchObject({ type: "vote-reply", term: 4, granted })
  })

  it("a member whose log is behind a quorum's cannot win, and one whose log is not can", () => {
    const group = new Group({ size: 3, restored: { 1: withLog(1), 2: withLog(1, 1), 3: withLog(1, 1) } })
    group.elect(1)
    expect(group.status(1).role).toBe("follower")
    group.elect(3)
    expect(group.status(3)).toMatchObject({ role: "leader", commit: 3 })
  })
})
