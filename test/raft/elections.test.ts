import { describe, expect, it } from "vitest"
import { defaultTiming, initialHardState, type Message, Raft } from "../../raft/index.ts"
import { among, Group, withLog } from "./group.ts"

/** The paper's Raft and nothing more. */
const behaviour = { preVote: false, checkQuorum: false }
const restored = { hardState: initialHardState, entries: [] }

describe("§5.1 terms", () => {
  it("a member that sees a newer term follows it, whatever its role", () => {
    for (const role of ["follower", "candidate", "leader"] as const) {
      const group = new Group({ size: 3 })
      if (role === "candidate") group.wake(1)
      if (role === "leader") group.elect(1)
      expect(group.status(1).role).toBe(role)
      group.receive(2, 1, { type: "heartbeat", term: 7, commit: 0, round: 0 })
      expect(group.status(1)).toMatchObject({ role: "follower", term: 7, leader: 2, vote: 0 })
    }
  })

  it("who asks in an old term is answered with the new one, and steps back", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.elect(2, among(2, 3))
    expect(group.status(1)).toMatchObject({ role: "leader", term: 1 })
    group.wake(1)
    group.stabilize(({ from, to }) => from !== 2 && to !== 2)
    expect(group.status(1)).toMatchObject({ role: "follower", term: 2, leader: 0 })
  })

  it("answers of an old term change nothing", () => {
    const group = new Group({ size: 3 })
    group.wake(1)
    group.wake(1)
    group.take()
    group.receive(2, 1, { type: "vote-reply", term: 1, granted: true })
    expect(group.status(1)).toMatchObject({ role: "candidate", term: 2 })
  })
})

describe("§5.2 leader election", () => {
  it("members start as followers", () => {
    expect(new Group({ size: 3 }).status(1)).toMatchObject({ role: "follower", term: 0, leader: 0 })
  })

  it("a follower that hears of no leader stands for election after a random time in the range, not before", () => {
    for (const [random, at] of [
      [0, 1600],
      [0.5, 1900],
      [0.999, 2199],
    ] as const) {
      const raft = new Raft({ id: 1, voters: [1, 2, 3], random: () => random, now: 1000, restored, behaviour })
      expect(raft.nextWake()).toBe(at)
      expect(raft.step(at - 1, { type: "wake" })).toEqual([])
      raft.step(at, { type: "wake" })
      expect(raft.status()).toMatchObject({ role: "candidate", term: 1, vote: 1 })
    }
  })

  it("a follower that hears its leader waits again", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.now += 400
    group.receive(1, 2, { type: "heartbeat", term: 1, commit: 0, round: 0 })
    expect(group.seat(2).raft.nextWake()).toBe(group.now + 900)
  })

  it("a leader tells its followers every heartbeat interval that it lives", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    const start = group.seat(1).raft.nextWake() ?? 0
    group.wake(1)
    expect(group.take({ type: "heartbeat" }).map(({ to }) => to)).toEqual([2, 3])
    expect(group.seat(1).raft.nextWake()).toBe(start + defaultTiming.heartbeat_ms)
  })

  it("a wake that comes too early changes nothing", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    const { raft } = group.seat(1)
    expect(raft.step(group.now + 149, { type: "wake" })).toEqual([])
  })

  it("a leader that steps down waits a whole timeout before it stands again", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    for (let i = 0; i < 20; i++) group.wake(1)
    group.receive(2, 1, { type: "vote", term: 9, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.status(1)).toMatchObject({ role: "follower", term: 9, vote: 0 })
    expect(group.seat(1).raft.nextWake()).toBe(group.now + 900)
  })

  it("says so when its role, its term or the leader it knows has changed, and only then", () => {
    const group = new Group({ size: 3 })
    const { raft } = group.seat(3)
    const roles = (message: Message) => {
      const outputs = raft.step(0, { type: "message", from: 1, message })
      return outputs.filter(({ type }) => type === "role")
    }
    const vote: Message = { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false }
    expect(roles(vote)).toEqual([{ type: "role", role: "follower", term: 1, leader: 0 }])
    expect(roles(vote)).toEqual([])
    const heartbeat: Message = { type: "heartbeat", term: 1, commit: 0, round: 0 }
    expect(roles(heartbeat)).toEqual([{ type: "role", role: "follower", term: 1, leader: 1 }])
    expect(roles(heartbeat)).toEqual([])
    expect(raft.step(5000, { type: "wake" })[0]).toEqual({ type: "role", role: "candidate", term: 2, leader: 0 })
  })

  it.each([
    { size: 1, votes: [], role: "leader" },
    { size: 2, votes: [], role: "candidate" },
    { size: 2, votes: [true], role: "leader" },
    { size: 3, votes: [true], role: "leader" },
    { size: 3, votes: [false], role: "candidate" },
    { size: 3, votes: [false, false], role: "follower" },
    { size: 4, votes: [true], role: "candidate" },
    { size: 4, votes: [false, false], role: "follower" },
    { size: 5, votes: [true, false], role: "candidate" },
    { size: 5, votes: [true, false, true], role: "leader" },
    { size: 5, votes: [false, true, false, false], role: "follower" },
  ])("of $size members, one answered $votes becomes or stays $role", ({ size, votes, role }) => {
    const group = new Group({ size })
    group.wake(1)
    for (const [i, granted] of votes.entries()) {
      group.receive(i + 2, 1, { type: "vote-reply", term: 1, granted })
    }
    expect(group.status(1)).toMatchObject({ role, term: 1 })
  })

  it("a vote counts once, however often it arrives", () => {
    const group = new Group({ size: 5 })
    group.wake(1)
    for (let i = 0; i < 3; i++) group.receive(2, 1, { type: "vote-reply", term: 1, granted: true })
    expect(group.status(1).role).toBe("candidate")
  })

  it("the first answer of a member stands", () => {
    const group = new Group({ size: 5 })
    group.wake(1)
    for (const [from, granted] of [
      [2, true],
      [2, false],
      [3, true],
    ] as const) {
      group.receive(from, 1, { type: "vote-reply", term: 1, granted })
    }
    expect(group.status(1).role).toBe("leader")
  })

  it("a vote of somebody who is no voter does not count", () => {
    const group = new Group({ size: 3 })
    group.wake(1)
    group.receive(9, 1, { type: "vote-reply", term: 1, granted: true })
    expect(group.status(1).role).toBe("candidate")
  })

  it("a member gives one vote per term, first come first served, and gives it again to the same candidate", () => {
    const group = new Group({ size: 3 })
    const ask = (from: number) => {
      group.receive(from, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
      return group.take({ from: 3, to: from })[0]?.message
    }
    expect(ask(1)).toMatchObject({ granted: true })
    expect(ask(2)).toMatchObject({ granted: false })
    expect(ask(1)).toMatchObject({ granted: true })
  })

  it("a member that gives its vote waits for what becomes of it; one that refuses does not", () => {
    const group = new Group({ size: 3 })
    group.now = 500
    group.receive(1, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.seat(3).raft.nextWake()).toBe(1400)
    group.now = 700
    group.receive(2, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.seat(3).raft.nextWake()).toBe(1400)
  })

  it("a member that knows the leader of the term votes for nobody else in it", () => {
    const group = new Group({ size: 5 })
    group.receive(1, 3, { type: "heartbeat", term: 1, commit: 0, round: 0 })
    group.take()
    group.receive(2, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.take()[0]?.message).toMatchObject({ granted: false })
  })

  it("a vote outlives a crash", () => {
    const group = new Group({ size: 3 })
    group.receive(1, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    group.take()
    group.restart(3)
    group.receive(2, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.take({ from: 3 })[0]?.message).toMatchObject({ granted: false })
  })

  it("a candidate that hears the leader of its term follows it", () => {
    const group = new Group({ size: 3 })
    group.wake(1)
    group.receive(2, 1, { type: "heartbeat", term: 1, commit: 0, round: 0 })
    expect(group.status(1)).toMatchObject({ role: "follower", term: 1, leader: 2, vote: 1 })
  })

  it("after a split vote the candidates try again in a new term", () => {
    const group = new Group({ size: 4 })
    group.wake(1)
    group.wake(2)
    group.stabilize(({ from, to }) => (from === 1 && to === 3) || (from === 2 && to === 4))
    expect([group.status(1).role, group.status(2).role]).toEqual(["candidate", "candidate"])
    group.elect(1)
    expect(group.status(1)).toMatchObject({ role: "leader", term: 2 })
    expect(group.status(2)).toMatchObject({ role: "follower", leader: 1 })
  })

  it("two leaders in one term are a broken invariant", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    expect(() => group.receive(2, 1, { type: "heartbeat", term: 1, commit: 0, round: 0 })).toThrow(
      "two leaders in one term",
    )
    expect(() => group.receive(3, 2, { type: "heartbeat", term: 1, commit: 0, round: 0 })).toThrow(
      "two leaders in one term",
    )
  })

  it("a candidate that cannot win does not put off the elections of those who can", () => {
    const group = new Group({ size: 3, restored: { 2: withLog(1) } })
    const before = group.seat(2).raft.nextWake()
    group.now = 300
    group.receive(1, 2, { type: "vote", term: 5, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.status(2)).toMatchObject({ term: 5, vote: 0 })
    expect(group.seat(2).raft.nextWake()).toBe(before)
  })

  it("a sole voter elects itself at once, needs no heartbeats, and goes on after a restart", () => {
    const group = new Group({ size: 1 })
    expect(group.seat(1).raft.nextWake()).toBe(0)
    group.wake(1)
    expect(group.status(1)).toMatchObject({ role: "leader", term: 1, commit: 1 })
    expect(group.seat(1).raft.nextWake()).toBeUndefined()
    expect(group.propose(1, "a")).toMatchObject({ accepted: true, index: 2, term: 1 })
    group.restart(1)
    group.wake(1)
    expect(group.status(1)).toMatchObject({ role: "leader", term: 2, commit: 3 })
    expect(group.seat(1).committed.map(({ index }) => index)).toEqual([1, 2, 3])
  })

  it("a member that is no voter never stands for election", () => {
    const raft = new Raft({ id: 9, voters: [1, 2, 3], random: () => 0.5, now: 0, restored, behaviour })
    expect(raft.nextWake()).toBeUndefined()
    expect(raft.step(100_000, { type: "wake" })).toEqual([])
  })

  it("a clock that jumps back neither hastens nor stops an election", () => {
    const raft = new Raft({ id: 1, voters: [1, 2, 3], random: () => 0.5, now: 10_000, restored, behaviour })
    raft.step(5_000, { type: "message", from: 2, message: { type: "heartbeat", term: 1, commit: 0, round: 0 } })
    expect(raft.nextWake()).toBe(5_900)
    raft.step(5_900, { type: "wake" })
    expect(raft.status().role).toBe("candidate")
  })
})

describe("figure 2: durable before told", () => {
  it("a vote is answered only when it is on disk", () => {
    const group = new Group({ size: 3 })
    group.fastDisks = false
    group.receive(1, 3, { type: "vote", term: 1, lastIndex: 0, lastTerm: 0, transfer: false })
    expect(group.mail).toEqual([])
    expect(group.seat(3).saves[0]?.hardState).toEqual({ term: 1, vote: 1, commit: 0 })
    group.save(3)
    expect(group.mail.map(({ message }) => message)).toEqual([{ type: "vote-reply", term: 1, granted: true }])
  })

  it("a candidate asks for votes, and counts its own, only when its own is on disk", () => {
    const group = new Group({ size: 1 })
    group.fastDisks = false
    group.wake(1)
    expect(group.status(1).role).toBe("candidate")
    group.save(1)
    expect(group.status(1).role).toBe("leader")

    const three = new Group({ size: 3 })
    three.fastDisks = false
    three.wake(1)
    expect(three.mail).toEqual([])
    three.save(1)
    expect(three.mail.map(({ to, message }) => [to, message.type])).toEqual([
      [2, "vote"],
      [3, "vote"],
    ])
  })

  it("a request for votes that waited for the disk until the election was over is not sent", () => {
    const group = new Group({ size: 3 })
    group.fastDisks = false
    group.wake(1)
    group.receive(2, 1, { type: "heartbeat", term: 1, commit: 0, round: 0 })
    group.take()
    group.save(1)
    expect(group.take({ type: "vote" })).toEqual([])
  })

  it("saved for a ticket that was never given is a broken invariant", () => {
    const raft = new Raft({ id: 1, voters: [1], random: () => 0.5, now: 0, restored, behaviour })
    expect(() => raft.step(0, { type: "saved", ticket: 1 })).toThrow("never asked for")
  })
})
