import { describe, expect, it } from "vitest"
import { among, Group, withLog } from "./group.ts"

const both = { preVote: true, checkQuorum: true }

describe("pre-vote (dissertation, §9.6)", () => {
  const group = (size = 3) => new Group({ size, behaviour: { preVote: true, checkQuorum: false } })

  it("a member that wants to lead asks first, in no new term, and binds nobody", () => {
    const g = group()
    g.wake(1)
    expect(g.status(1)).toMatchObject({ role: "pre-candidate", term: 0, vote: 0 })
    expect(g.seat(1).storage.hardState.term).toBe(0)
    g.stabilize(({ message }) => message.type === "pre-vote")
    expect(g.status(2)).toMatchObject({ role: "follower", term: 0, vote: 0 })
  })

  it("with a quorum of yes it stands, wins and leads", () => {
    const g = group()
    g.elect(1)
    expect(g.status(1)).toMatchObject({ role: "leader", term: 1 })
  })

  it("with a quorum of no it is a follower again, in the same term", () => {
    const g = new Group({
      size: 3,
      behaviour: { preVote: true, checkQuorum: false },
      restored: { 2: withLog(1), 3: withLog(1) },
    })
    g.wake(1)
    g.stabilize()
    expect(g.status(1)).toMatchObject({ role: "follower", term: 1 })
    expect(g.status(2)).toMatchObject({ term: 1, vote: 0 })
  })

  it("without an answer it asks again later, in the same term for ever", () => {
    const g = group()
    for (let i = 0; i < 50; i++) g.wake(1)
    expect(g.status(1)).toMatchObject({ role: "pre-candidate", term: 0 })
  })

  it("a yes for another term than the next does not count", () => {
    const g = group()
    g.wake(1)
    g.receive(2, 1, { type: "pre-vote-reply", term: 5, granted: true })
    expect(g.status(1)).toMatchObject({ role: "pre-candidate", term: 0 })
  })

  it("a no from a later term tells of that term", () => {
    const g = group()
    g.wake(1)
    g.receive(2, 1, { type: "pre-vote-reply", term: 5, granted: false })
    expect(g.status(1)).toMatchObject({ role: "follower", term: 5 })
  })

  it("a pre-candidate helps another that is as good, and may vote for it", () => {
    const g = group()
    g.wake(1)
    g.take()
    g.elect(2)
    expect(g.status(2).role).toBe("leader")
    expect(g.status(1)).toMatchObject({ role: "follower", leader: 2 })
  })

  it("of two members, one with the later term and one with the longer log, the latter gets to lead", () => {
    const g = new Group({
      size: 3,
      behaviour: both,
      restored: { 1: { hardState: { term: 9, vote: 0, commit: 0 }, entries: [] }, 2: withLog(1, 1) },
    })
    g.elect(2, among(1, 2))
    expect(g.status(2)).toMatchObject({ role: "follower", term: 9 })
    g.elect(2, among(1, 2))
    expect(g.status(2)).toMatchObject({ role: "leader", term: 10 })
  })
})

describe("check quorum (dissertation, §6.2)", () => {
  it("a leader that no quorum answers for an election timeout steps down; one that a quorum answers does not", () => {
    const g = new Group({ size: 5, behaviour: both })
    g.elect(1)
    for (let i = 0; i < 30; i++) {
      g.wake(1)
      g.stabilize(among(1, 2, 3))
    }
    expect(g.status(1).role).toBe("leader")
    const start = g.now
    while (g.status(1).role === "leader") {
      g.wake(1)
      g.stabilize(among(1, 2))
    }
    expect(g.status(1)).toMatchObject({ role: "follower", term: 1, leader: 0 })
    expect(g.now - start).toBeGreaterThanOrEqual(1200)
    expect(g.now - start).toBeLessThanOrEqual(1200 + 300)
    expect(g.seat(1).raft.metrics().quorumsLost).toBe(1)
  })
})

describe("leader stickiness (dissertation, §4.2.3)", () => {
  const vote = { type: "vote" as const, term: 7, lastIndex: 99, lastTerm: 6, transfer: false }

  it("a member that has just heard its leader does not hear who wants to replace it, not even the term", () => {
    const g = new Group({ size: 3, behaviour: both })
    g.elect(1)
    g.receive(3, 2, vote)
    g.receive(3, 2, { type: "pre-vote", term: 7, lastIndex: 99, lastTerm: 6 })
    expect(g.status(2)).toMatchObject({ term: 1, leader: 1 })
    expect(g.mail).toEqual([])
    g.now += 600
    g.receive(3, 2, vote)
    expect(g.status(2)).toMatchObject({ term: 7, vote: 3 })
  })

  it("nor does the leader itself", () => {
    const g = new Group({ size: 3, behaviour: both })
    g.elect(1)
    g.now += 5000
    g.receive(3, 1, vote)
    expect(g.status(1)).toMatchObject({ role: "leader", term: 1 })
  })

  it("a vote that the leader itself brought about is heard", () => {
    const g = new Group({ size: 3, behaviour: both })
    g.elect(1)
    g.receive(3, 2, { ...vote, transfer: true })
    expect(g.status(2)).toMatchObject({ term: 7, vote: 3 })
  })

  it("a leader learns of a later term from the answer to its heartbeat, and steps down", () => {
    const g = new Group({
      size: 3,
      behaviour: both,
      restored: { 3: { hardState: { term: 8, vote: 3, commit: 0 }, entries: [] } },
    })
    g.elect(1, among(1, 2))
    g.wake(1)
    g.stabilize()
    expect(g.status(1)).toMatchObject({ role: "follower", term: 8 })
  })
})
