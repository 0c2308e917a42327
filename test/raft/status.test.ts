import { describe, expect, it } from "vitest"
import { among, Group } from "./group.ts"

describe("what a member tells of itself", () => {
  it("is plain data: role, term, leader, configuration, how far the log is where, and what a leader knows of each follower", () => {
    const g = new Group({ size: 3, limits: { tail_entries: 1 } })
    g.elect(1)
    for (const text of ["a", "b", "c"]) g.propose(1, text)
    g.stabilize(among(1, 2))
    g.step(1, { type: "snapshot", index: 3, data: new Uint8Array(10) })
    g.now += 50
    g.propose(1, "d")
    const status = g.status(1)
    expect(status).toEqual({
      id: 1,
      role: "leader",
      term: 1,
      vote: 1,
      leader: 1,
      voters: [1, 2, 3],
      configuration: { voters: [1, 2, 3], outgoing: [], learners: [], joining: [], demoted: [], removed: [] },
      configurationIndex: 0,
      offset: 2,
      snapshotIndex: 3,
      commit: 4,
      delivered: 4,
      durable: 5,
      lastIndex: 5,
      progress: [
        { id: 2, match: 4, next: 6, state: "replicate", inflight: 1, silent_ms: expect.any(Number), heard: true },
        {
          id: 3,
          match: 1,
          next: 6,
          state: "replicate",
          inflight: expect.any(Number),
          silent_ms: expect.any(Number),
          heard: true,
        },
      ],
      transferee: 0,
      timer: g.now + 100,
      timer_ms_max: 150,
      votes: [],
      waitingReads: 0,
      diskRefuses: false,
    })
    expect(structuredClone(status)).toEqual(status)
  })

  it("counts what it did", () => {
    const g = new Group({ size: 3, behaviour: { preVote: true, checkQuorum: true } })
    g.elect(1)
    g.propose(1, "a")
    g.propose(2, "refused")
    g.stabilize()
    g.wake(1)
    g.call(1, (raft, now) => raft.read(now, "r"))
    g.stabilize()
    g.step(1, { type: "snapshot", index: 2, data: new Uint8Array(1) })
    expect(g.seat(1).raft.metrics()).toMatchObject({
      preElections: 1,
      elections: 1,
      electionsWon: 1,
      proposals: 1,
      heartbeatsSent: 4,
      reads: 1,
      readsLost: 0,
      snapshotsTaken: 1,
      quorumsLost: 0,
    })
    expect(g.seat(2).raft.metrics()).toMatchObject({ elections: 0, proposalsRefused: 1 })
  })

  it("counts for itself: what a caller was given does not change any more", () => {
    const g = new Group({ size: 1 })
    g.elect(1)
    const before = g.seat(1).raft.metrics()
    g.propose(1, "a")
    expect(before.proposals).toBe(0)
    expect(g.seat(1).raft.metrics().proposals).toBe(1)
  })
})
