import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Configuration, decodeConfiguration, encodeConfiguration } from "../../raft/configuration.ts"
import type { ConfigurationChange } from "../../raft/index.ts"
import { changeConfiguration, leaveJoint } from "../../raft/membership.ts"
import { among, Group } from "./group.ts"

const change = (of: { voters: number[]; learners?: number[]; removed?: number[] }, ...changes: ConfigurationChange[]) =>
  changeConfiguration(new Configuration(of), changes)

describe("changes of a configuration", () => {
  it("of one voter lead to the next configuration at once", () => {
    expect(change({ voters: [1, 2, 3] }, { type: "add-voter", id: 4 })).toMatchObject({
      voters: [1, 2, 3, 4],
      outgoing: [],
    })
    expect(change({ voters: [1, 2, 3] }, { type: "remove", id: 2 })).toMatchObject({
      voters: [1, 3],
      outgoing: [],
      removed: [2],
    })
    expect(change({ voters: [1, 2, 3] }, { type: "demote", id: 3 })).toMatchObject({ voters: [1, 2], learners: [3] })
    expect(change({ voters: [1], learners: [2] }, { type: "add-voter", id: 2 })).toMatchObject({
      voters: [1, 2],
      learners: [],
    })
  })

  it("of several voters lead through a joint configuration, which is left by one that forgets the old voters", () => {
    const joint = change(
      { voters: [1, 2, 3] },
      { type: "add-voter", id: 4 },
      { type: "remove", id: 1 },
      { type: "demote", id: 2 },
    )
    expect(joint).toMatchObject({ voters: [3, 4], outgoing: [1, 2, 3], demoted: [2], learners: [], removed: [] })
    if (typeof joint === "string") throw new Error(joint)
    expect(leaveJoint(joint).data()).toEqual({
      voters: [3, 4],
      outgoing: [],
      learners: [2],
      joining: [],
      demoted: [],
      removed: [1],
    })
  })

  it.each([
    { of: { voters: [1, 2] }, change: { type: "add-voter", id: 2 }, error: "already a member" },
    { of: { voters: [1], learners: [2] }, change: { type: "add-learner", id: 2 }, error: "already a member" },
    { of: { voters: [1] }, change: { type: "remove", id: 2 }, error: "not a member" },
    { of: { voters: [1], learners: [2] }, change: { type: "demote", id: 2 }, error: "not a member" },
    { of: { voters: [1] }, change: { type: "remove", id: 1 }, error: "no voter would be left" },
    {
      of: { voters: [1], removed: [2] },
      change: { type: "join", id: 2 },
      error: "the id was removed and is not used again",
    },
  ] as const)("$change.type $change.id of $of is refused: $error", ({ of, change: what, error }) => {
    expect(changeConfiguration(new Configuration(of), [what])).toBe(error)
  })

  it("never let two sets of voters decide apart: any quorum before shares a member with any quorum after", () => {
    const id = fc.integer({ min: 1, max: 6 })
    const one = fc.record({ type: fc.constantFrom("add-voter", "add-learner", "join", "remove", "demote"), id })
    const voters = fc.uniqueArray(id, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(voters, fc.array(one, { minLength: 1, maxLength: 4 }), (before, changes) => {
        let at = new Configuration({ voters: before })
        const next = changeConfiguration(at, changes)
        if (typeof next === "string") return
        const path = next.joint ? [next, leaveJoint(next)] : [next]
        for (const then of path) {
          // Whoever has voted for one has not voted for the other: they must not both win.
          for (let bits = 0; bits < 2 ** 6; bits++) {
            const votes = new Map(Array.from({ length: 6 }, (_, i) => [i + 1, (bits & (1 << i)) !== 0]))
            const rest = new Map([...votes].map(([member, vote]) => [member, !vote]))
            expect(at.election(votes) === "won" && then.election(rest) === "won").toBe(false)
          }
          at = then
        }
      }),
    )
  })

  it("travel as bytes", () => {
    const configuration = new Configuration({
      voters: [3, 1],
      outgoing: [1, 2],
      learners: [5, 4],
      joining: [5],
      removed: [9],
    })
    expect(decodeConfiguration(encodeConfiguration(configuration))).toEqual(configuration)
    for (const bad of ["", "{}", "[]", '{"voters":["1"]}', "null"])
      expect(() => decodeConfiguration(new TextEncoder().encode(bad))).toThrow("cannot be read")
  })

  it("that contradict themselves are a broken invariant", () => {
    expect(() => new Configuration({ voters: [1], learners: [1] })).toThrow("contradicts itself")
    expect(() => new Configuration({ voters: [1], removed: [1] })).toThrow("contradicts itself")
    expect(() => new Configuration({ voters: [1.5] })).toThrow("positive integer")
  })
})

describe("§6 cluster membership changes", () => {
  const settled = (g: Group) => {
    g.stabilize()
    for (let i = 0; i < 4; i++) {
      g.wake(1)
      g.stabilize()
    }
  }

  it("a learner gets the log and decides nothing", () => {
    const g = new Group({ size: 2, spares: 1 })
    g.elect(1)
    expect(g.change(1, { type: "add-learner", id: 3 })).toMatchObject({ accepted: true, index: 2 })
    settled(g)
    expect(g.status(3)).toMatchObject({ delivered: 2, role: "follower", leader: 1 })
    g.propose(1, "a")
    g.stabilize(among(1, 3))
    expect(g.status(1).commit).toBe(2)
    expect(g.seat(3).raft.nextWake()).toBeUndefined()
  })

  it("who joins is a learner until it has caught up, and then becomes a voter by itself", () => {
    const g = new Group({ size: 1, spares: 1, limits: { promotionLag_entries: 0 } })
    g.elect(1)
    for (let i = 0; i < 5; i++) g.propose(1, "x")
    g.change(1, { type: "join", id: 2 })
    expect(g.status(1).configuration).toMatchObject({ voters: [1], learners: [2], joining: [2] })
    settled(g)
    expect(g.status(2).configuration).toMatchObject({ voters: [1, 2], learners: [], joining: [] })
    expect(g.status(1)).toMatchObject({ commit: g.status(1).lastIndex })
  })

  it("a learner that has not caught up is not made a voter", () => {
    const g = new Group({ size: 1, spares: 1 })
    g.elect(1)
    g.change(1, { type: "add-learner", id: 2 })
    g.take()
    expect(g.change(1, { type: "add-voter", id: 2 })).toMatchObject({ accepted: false, error: "not caught up" })
    settled(g)
    expect(g.change(1, { type: "add-voter", id: 2 })).toMatchObject({ accepted: true })
  })

  it("all voters can be replaced at once; both majorities agree meanwhile, and the old ones stop", () => {
    const g = new Group({ size: 3, spares: 3 })
    g.elect(1)
    g.change(
      1,
      ...[4, 5, 6].map((id) => ({ type: "add-voter" as const, id })),
      ...[1, 2, 3].map((id) => ({ type: "remove" as const, id })),
    )
    g.stabilize(among(1, 2, 4, 3))
    expect(g.status(1)).toMatchObject({ commit: 1, configuration: { voters: [4, 5, 6], outgoing: [1, 2, 3] } })
    g.wake(1)
    g.stabilize()
    const leader = [4, 5, 6].find((id) => g.status(id).role === "leader") ?? 0
    expect(leader).toBeGreaterThan(0)
    expect(g.status(leader).configuration).toMatchObject({ voters: [4, 5, 6], outgoing: [], removed: [1, 2, 3] })
    for (const id of [1, 2, 3]) expect(g.status(id).role).toBe("stopped")
  })

  it("one change at a time, and none before an entry of the leader's term is committed", () => {
    const g = new Group({ size: 3, spares: 2 })
    g.elect(1, ({ message }) => message.type !== "append")
    expect(g.status(1).role).toBe("leader")
    expect(g.change(1, { type: "join", id: 4 })).toMatchObject({ error: "nothing of this term is committed yet" })
    g.wake(1)
    g.stabilize()
    expect(g.change(1, { type: "add-learner", id: 4 })).toMatchObject({ accepted: true })
    expect(g.change(1, { type: "add-learner", id: 5 })).toMatchObject({ error: "another change is under way" })
    settled(g)
    expect(g.change(1, { type: "add-learner", id: 5 })).toMatchObject({ accepted: true })
    expect(g.change(2, { type: "remove", id: 5 })).toMatchObject({ error: "not leader", leader: 1 })
  })

  it("a change that the next leader does not have is taken back", () => {
    const g = new Group({ size: 3, spares: 1 })
    g.elect(1)
    g.change(1, { type: "add-voter", id: 4 })
    g.take()
    expect(g.status(1).configuration.voters).toEqual([1, 2, 3, 4])
    g.elect(2, among(2, 3))
    g.wake(2)
    g.stabilize()
    expect(g.status(1)).toMatchObject({ leader: 2, voters: [1, 2, 3] })
  })

  it("a removed member is told, and does nothing any more", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.change(1, { type: "remove", id: 3 })
    g.stabilize()
    expect(g.status(3).role).toBe("stopped")
    expect(g.heard(3, "role").at(-1)).toMatchObject({ role: "stopped" })
    expect(g.seat(3).raft.nextWake()).toBeUndefined()
    expect(g.seat(3).raft.step(99_999, { type: "wake" })).toEqual([])
    expect(g.propose(3, "a")).toMatchObject({ error: "stopped" })
  })

  it("a removed member that missed it is told when it asks for votes, by anybody who knows", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.change(1, { type: "remove", id: 3 })
    g.stabilize(among(1, 2))
    expect(g.status(3).role).toBe("follower")
    g.wake(3)
    g.stabilize(among(2, 3))
    expect(g.status(3).role).toBe("stopped")
    expect(g.status(1)).toMatchObject({ role: "leader", term: 1 })
  })

  it("a leader that removes itself leads until that is committed, then lets another take over at once", () => {
    const g = new Group({ size: 3, behaviour: { preVote: true, checkQuorum: true } })
    g.elect(1)
    g.change(1, { type: "remove", id: 1 })
    expect(g.status(1).role).toBe("leader")
    g.stabilize()
    expect(g.status(1).role).toBe("stopped")
    const next = [2, 3].find((id) => g.status(id).role === "leader")
    expect(next).toBeDefined()
    expect(g.propose(next ?? 0, "a")).toMatchObject({ accepted: true })
    g.stabilize()
    expect(g.status(next ?? 0)).toMatchObject({ voters: [2, 3], commit: 4 })
  })

  it("a leader that counted itself out commits without itself: its own disk does not count", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.change(1, { type: "remove", id: 1 })
    g.stabilize(among(1, 2))
    expect(g.status(1)).toMatchObject({ role: "leader", commit: 1 })
  })

  it("a leader that demotes itself becomes a learner and follows the next", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.change(1, { type: "demote", id: 1 })
    g.stabilize()
    expect(g.status(1)).toMatchObject({ role: "follower", configuration: { voters: [2, 3], learners: [1] } })
    expect([2, 3]).toContain(g.status(1).leader)
  })

  it("a member whose own removal is not committed may stand: nobody else has the entry", () => {
    const g = new Group({ size: 2 })
    g.elect(1)
    g.change(1, { type: "remove", id: 1 })
    g.restart(1)
    g.wake(1)
    g.elect(1)
    expect(g.status(1).role).toBe("stopped")
    expect(g.status(2)).toMatchObject({ role: "leader", voters: [2], commit: 4 })
  })

  it("the configuration comes back from a snapshot", () => {
    const g = new Group({ size: 3, spares: 1, limits: { tail_entries: 0 } })
    g.elect(1)
    g.change(1, { type: "remove", id: 3 })
    g.stabilize()
    g.step(1, { type: "snapshot", index: 2, data: new Uint8Array(5) })
    g.restart(1)
    expect(g.status(1).configuration).toMatchObject({ voters: [1, 2], removed: [3] })
    g.elect(1)
    g.change(1, { type: "join", id: 4 })
    settled(g)
    expect(g.heard(4, "restore")).toMatchObject([{ snapshot: { index: 2 } }])
    expect(g.status(4).configuration).toMatchObject({ voters: [1, 2, 4], removed: [3] })
    expect(g.change(1, { type: "join", id: 3 })).toMatchObject({ error: "the id was removed and is not used again" })
  })

  it("says so when another configuration holds", () => {
    const g = new Group({ size: 2, spares: 1 })
    g.elect(1)
    g.change(1, { type: "add-learner", id: 3 })
    settled(g)
    for (const id of [1, 2, 3])
      expect(g.heard(id, "configuration")).toMatchObject([
        { index: 2, configuration: { voters: [1, 2], learners: [3] } },
      ])
  })
})
