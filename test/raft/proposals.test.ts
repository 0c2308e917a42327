import { describe, expect, it } from "vitest"
import { Proposals } from "../../raft/index.ts"
import { among, Group, logOf } from "./group.ts"

describe("the fate of proposals", () => {
  it("a proposal is committed when its index is, with its term", () => {
    const proposals = new Proposals<string>()
    proposals.add({ index: 2, term: 1 }, "a")
    proposals.add({ index: 3, term: 1 }, "b")
    expect(proposals.committed(logOf(1, 1))).toEqual([{ context: "a", index: 2, term: 1, outcome: "committed" }])
    expect(proposals.size).toBe(1)
    expect(proposals.committed(logOf(1, 1, 1).slice(2))).toEqual([
      { context: "b", index: 3, term: 1, outcome: "committed" },
    ])
  })

  it("a proposal is lost when another entry is committed in its place, or one of a later term before it", () => {
    const proposals = new Proposals<string>()
    proposals.add({ index: 2, term: 1 }, "replaced")
    proposals.add({ index: 9, term: 1 }, "cut off")
    proposals.add({ index: 10, term: 2 }, "open")
    expect(proposals.committed(logOf(1, 2))).toMatchObject([
      { context: "replaced", outcome: "lost" },
      { context: "cut off", outcome: "lost" },
    ])
    expect(proposals.size).toBe(1)
  })

  it("a proposal whose place came as a snapshot is of unknown fate, unless its term says that it is lost", () => {
    const proposals = new Proposals<string>()
    proposals.add({ index: 2, term: 1 }, "may be in it")
    proposals.add({ index: 3, term: 3 }, "of a later term than the snapshot")
    proposals.add({ index: 9, term: 1 }, "after it, of an earlier term")
    proposals.add({ index: 10, term: 3 }, "open")
    expect(proposals.restored({ index: 5, term: 2 })).toMatchObject([
      { context: "may be in it", outcome: "unknown" },
      { context: "of a later term than the snapshot", outcome: "lost" },
      { context: "after it, of an earlier term", outcome: "lost" },
    ])
    expect(proposals.stopped()).toMatchObject([{ context: "open", outcome: "unknown" }])
    expect(proposals.size).toBe(0)
  })

  it("a leader that was cut off learns the fate of its proposals from the next one's first entry", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    const proposals = new Proposals<string>()
    const propose = (text: string) => {
      const proposed = group.propose(1, text)
      if (proposed.accepted) proposals.add(proposed, text)
    }
    propose("reaches 2")
    group.stabilize(({ from, to, message }) => from === 1 && to === 2 && message.type === "append")
    propose("reaches nobody")
    group.take()
    group.seat(1).committed = []
    group.elect(2, among(2, 3))
    expect(proposals.committed(group.seat(1).committed)).toEqual([])
    group.wake(2)
    group.stabilize()
    expect(proposals.committed(group.seat(1).committed)).toMatchObject([
      { context: "reaches 2", outcome: "committed" },
      { context: "reaches nobody", outcome: "lost" },
    ])
  })
})
