import { describe, expect, it } from "vitest"
import { among, Group, type GroupOptions } from "./group.ts"

const behaviour = { preVote: false, checkQuorum: false, forwardProposals: true }
const group = (more: Partial<GroupOptions> = {}) => new Group({ size: 3, behaviour, ...more })
const forward = (g: Group, id: number, text: string) =>
  g.call(id, (raft, now) => raft.forward(now, new TextEncoder().encode(text)))
const texts = (g: Group, id: number) => g.seat(id).committed.map(({ data }) => new TextDecoder().decode(data))

describe("forwarded proposals", () => {
  it("are appended by the leader, and the follower is told where", () => {
    const g = group()
    g.elect(1)
    const sent = forward(g, 2, "a")
    g.stabilize()
    expect(texts(g, 2)).toEqual(["", "a"])
    const request = sent.accepted ? sent.request : 0
    expect(g.heard(2, "forwarded")).toEqual([
      { type: "forwarded", request, result: { outcome: "appended", index: 2, term: 1 } },
    ])
  })

  it("that the network repeats are appended once", () => {
    const g = group()
    g.elect(1)
    forward(g, 2, "a")
    const [letter] = g.take({ type: "propose" })
    if (letter === undefined) throw new Error("not sent")
    for (let i = 0; i < 3; i++) g.receive(2, 1, letter.message)
    g.stabilize()
    expect(texts(g, 1)).toEqual(["", "a"])
    expect(g.heard(2, "forwarded")).toHaveLength(1)
  })

  it("that the leader refuses have no effect, also when they come again", () => {
    const g = group({ limits: { uncommitted_entries_max: 1 } })
    g.elect(1)
    g.propose(1, "x")
    forward(g, 2, "a")
    const [letter] = g.take({ type: "propose" })
    if (letter === undefined) throw new Error("not sent")
    g.receive(2, 1, letter.message)
    g.stabilize()
    g.receive(2, 1, letter.message)
    g.stabilize()
    expect(g.heard(2, "forwarded")).toMatchObject([{ result: { outcome: "refused" } }])
    expect(texts(g, 1)).toEqual(["", "x"])
  })

  it("that are unanswered when the leader changes are unknown, and a late one is not heard", () => {
    const g = group()
    g.elect(1)
    forward(g, 2, "a")
    const [letter] = g.take({ type: "propose" })
    g.elect(3)
    expect(g.heard(2, "forwarded")).toMatchObject([{ result: { outcome: "unknown" } }])
    if (letter !== undefined) g.receive(2, 3, letter.message)
    g.stabilize()
    expect(texts(g, 3)).not.toContain("a")
  })

  it("are refused with a reason: the option is off, no leader, it leads itself, too large, too many, stopped", () => {
    const off = new Group({ size: 3 })
    off.elect(1)
    expect(forward(off, 2, "a")).toEqual({ accepted: false, error: "not allowed", leader: 1 })
    const g = group({ limits: { entry_bytes_max: 3, waiting_max: 1 } })
    expect(forward(g, 2, "a")).toMatchObject({ error: "no leader" })
    g.elect(1)
    expect(forward(g, 1, "a")).toMatchObject({ error: "leader" })
    expect(forward(g, 2, "four")).toMatchObject({ error: "entry too large" })
    expect(forward(g, 2, "a")).toMatchObject({ accepted: true })
    expect(forward(g, 2, "b")).toMatchObject({ error: "too many waiting" })
    g.change(1, { type: "remove", id: 3 })
    g.stabilize()
    expect(forward(g, 3, "a")).toMatchObject({ error: "stopped" })
  })
})

describe("a disk that refuses", () => {
  it("makes a leader step down, and what it could not keep is not acknowledged", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.fastDisks = false
    g.propose(1, "a")
    g.refuseSaves(1)
    expect(g.status(1)).toMatchObject({ role: "follower", leader: 0, diskRefuses: true, durable: 1, lastIndex: 2 })
    expect(g.propose(1, "b")).toMatchObject({ error: "not leader" })
    expect(g.seat(1).raft.metrics().savesFailed).toBe(1)
  })

  it("keeps a member from voting, appending and standing; it still answers heartbeats", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.fastDisks = false
    g.propose(1, "a")
    g.stabilize(among(1, 2))
    g.refuseSaves(2)
    g.take()
    const append = { type: "append" as const, term: 1, prevIndex: 2, prevTerm: 1, entries: [], commit: 0 }
    g.receive(1, 2, append)
    expect(g.take()).toEqual([])
    g.receive(1, 2, { type: "heartbeat", term: 1, commit: 1, round: 0 })
    expect(g.take().map(({ message }) => message.type)).toEqual(["heartbeat-reply"])
    g.receive(3, 2, { type: "vote", term: 9, lastIndex: 9, lastTerm: 9, transfer: false })
    expect(g.take()).toEqual([])
    expect(g.status(2)).toMatchObject({ term: 9, vote: 0 })
    expect(g.seat(2).saves).toEqual([])
  })

  it("is asked again after a while; then all that was not kept is, and the member takes part again", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.fastDisks = false
    g.propose(1, "a")
    g.propose(1, "b")
    g.refuseSaves(1)
    g.take()
    expect(g.seat(1).raft.nextWake()).toBe(g.now + 900)
    g.wake(1)
    expect(g.status(1).role).toBe("follower")
    g.wake(1)
    const [save] = g.seat(1).saves
    expect(save?.entries.map(({ index }) => index)).toEqual([2, 3])
    g.fastDisks = true
    g.save(1)
    g.elect(1)
    expect(g.status(1)).toMatchObject({ role: "leader", diskRefuses: false, lastIndex: 4, durable: 4 })
  })

  it("that refuses a cut leaves the old tail in place until the cut is asked for again", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.propose(1, "mine")
    g.take()
    g.elect(2, among(2, 3))
    g.fastDisks = false
    g.wake(2)
    g.stabilize()
    g.refuseSaves(1)
    expect(g.seat(1).storage.entry(2)?.term).toBe(1)
    g.now += 1000
    g.step(1, { type: "wake" })
    expect(g.seat(1).saves[0]).toMatchObject({ truncateFrom: 2, hardState: { term: 2 } })
    g.save(1)
    expect(g.seat(1).storage.entry(2)?.term).toBe(2)
  })

  it("that refuses a snapshot gets it again", () => {
    const g = new Group({ size: 1, limits: { tail_entries: 0 } })
    g.elect(1)
    g.propose(1, "a")
    g.fastDisks = false
    g.step(1, { type: "snapshot", index: 2, data: new Uint8Array(3) })
    g.refuseSaves(1)
    g.now += 1000
    g.step(1, { type: "wake" })
    expect(g.seat(1).saves[0]).toMatchObject({ snapshot: { index: 2 }, compactTo: 2, entries: [] })
    g.save(1)
    expect(g.seat(1).storage.snapshot?.index).toBe(2)
  })
})
