import { describe, expect, it } from "vitest"
import { among, Group, type Letter } from "./group.ts"

const read = (g: Group, id: number, context: string) => g.call(id, (raft, now) => raft.read(now, context))
const answered = (g: Group, id: number) => g.heard(id, "read").flatMap(({ contexts }) => contexts)

describe("linearizable reads (dissertation, §6.4)", () => {
  it("a leader answers when a quorum has answered a round of heartbeats that began after the question", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    expect(read(g, 1, "a")).toMatchObject({ accepted: true })
    expect(answered(g, 1)).toEqual([])
    expect(g.mail.map(({ message }) => message.type)).toEqual(["heartbeat", "heartbeat"])
    g.stabilize(among(1, 3))
    expect(g.heard(1, "read")).toEqual([{ type: "read", index: 1, contexts: ["a"] }])
  })

  it("an answer to a heartbeat from before the question does not count", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.wake(1)
    const [early] = g.take({ to: 2 })
    g.take()
    read(g, 1, "a")
    g.take()
    if (early !== undefined) g.receive(1, 2, early.message)
    g.stabilize()
    expect(answered(g, 1)).toEqual([])
  })

  it("reads that come while a round is under way share the next one", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    read(g, 1, "a")
    for (const context of ["b", "c", "d"]) read(g, 1, context)
    let heartbeats = 0
    g.stabilize(({ message }) => {
      if (message.type === "heartbeat") heartbeats++
      return true
    })
    expect(answered(g, 1)).toEqual(["a", "b", "c", "d"])
    expect(heartbeats).toBe(4)
  })

  it("a round that is lost is made up for by the next heartbeat", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    read(g, 1, "a")
    g.take()
    g.wake(1)
    g.stabilize()
    expect(answered(g, 1)).toEqual(["a"])
  })

  it("a leader that was replaced answers no read, and says so when it learns", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.elect(2, among(2, 3))
    g.propose(2, "new")
    g.stabilize(among(2, 3))
    read(g, 1, "a")
    g.stabilize()
    expect(answered(g, 1)).toEqual([])
    expect(g.heard(1, "read-lost")).toEqual([{ type: "read-lost", contexts: ["a"] }])
  })

  it("a new leader answers only when an entry of its own term is applied: before, it does not know what is committed", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.propose(1, "x")
    // Committed, and only the leader knows.
    g.stabilize(({ from, message }: Letter) => from !== 1 || message.type !== "append" || message.commit < 2)
    g.take()
    const noAppends = ({ message }: Letter) => message.type !== "append"
    g.elect(2, (letter) => among(2, 3)(letter) && noAppends(letter))
    expect(g.status(2)).toMatchObject({ role: "leader", commit: 1 })
    read(g, 2, "a")
    g.stabilize(noAppends)
    expect(answered(g, 2)).toEqual([])
    g.wake(2)
    g.stabilize()
    expect(g.heard(2, "read")).toMatchObject([{ contexts: ["a"], index: 3 }])
    expect(g.status(2).delivered).toBe(3)
  })

  it("a follower asks its leader, and answers when it has applied as much", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.propose(1, "x")
    g.stabilize(among(1, 3))
    expect(read(g, 2, "a")).toMatchObject({ accepted: true })
    g.stabilize(({ to, message }) => !(to === 2 && message.type === "append"))
    expect(answered(g, 2)).toEqual([])
    g.wake(1)
    g.stabilize()
    expect(g.heard(2, "read")).toEqual([{ type: "read", index: 2, contexts: ["a"] }])
  })

  it("a follower's question that is lost is asked again at the next heartbeat, those behind it together", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    for (const context of ["a", "b", "c"]) read(g, 2, context)
    expect(g.take({ type: "read-index" })).toHaveLength(1)
    g.wake(1)
    let questions = 0
    g.stabilize(({ message }) => {
      if (message.type === "read-index") questions++
      return true
    })
    expect(answered(g, 2)).toEqual(["a", "b", "c"])
    expect(questions).toBeLessThanOrEqual(3)
  })

  it("a follower whose leader changes says that its reads are lost; without a leader it takes none", () => {
    const g = new Group({ size: 3 })
    expect(read(g, 2, "a")).toEqual({ accepted: false, error: "no leader", leader: 0 })
    g.elect(1)
    read(g, 2, "b")
    g.take()
    g.elect(3)
    expect(g.heard(2, "read-lost")).toEqual([{ type: "read-lost", contexts: ["b"] }])
  })

  it("a sole voter answers at once, without a message", () => {
    const g = new Group({ size: 1 })
    g.elect(1)
    read(g, 1, "a")
    expect(answered(g, 1)).toEqual(["a"])
  })

  it("takes no more reads than may wait", () => {
    const g = new Group({ size: 3, limits: { waiting_max: 2 } })
    g.elect(1)
    expect(["a", "b", "c"].map((context) => read(g, 1, context).accepted)).toEqual([true, true, false])
    expect(read(g, 1, "c")).toMatchObject({ error: "too many waiting" })
  })
})

describe("lease reads (dissertation, §6.4.1)", () => {
  const lease = { preVote: true, checkQuorum: true, leaseDrift_ms: 100 }

  it("are off unless asked for", () => {
    const g = new Group({ size: 3, behaviour: { preVote: true, checkQuorum: true } })
    g.elect(1)
    g.wake(1)
    g.stabilize()
    read(g, 1, "a")
    expect(answered(g, 1)).toEqual([])
  })

  it("are answered at once for the shortest election timeout, less the drift, after a round that a quorum has answered", () => {
    const g = new Group({ size: 3, behaviour: lease })
    g.elect(1)
    g.wake(1)
    g.stabilize()
    g.now += 499
    read(g, 1, "a")
    expect(answered(g, 1)).toEqual(["a"])
    g.now += 1
    read(g, 1, "b")
    expect(answered(g, 1)).toEqual([])
    g.stabilize()
    expect(answered(g, 1)).toEqual(["b"])
  })

  it("end with a transfer", () => {
    const g = new Group({ size: 3, behaviour: lease })
    g.elect(1)
    g.wake(1)
    g.stabilize()
    g.call(1, (raft, now) => raft.transfer(now, 2))
    g.take()
    read(g, 1, "a")
    expect(answered(g, 1)).toEqual([])
  })

  it("are over for a term in which another was asked to take over: the word may arrive long after the transfer was given up", () => {
    const g = new Group({ size: 3, behaviour: lease })
    g.elect(1)
    g.call(1, (raft, now) => raft.transfer(now, 2))
    const [word] = g.take({ type: "timeout-now" })
    // The transfer is given up, and a quorum follows on.
    for (let i = 0; i < 12; i++) {
      g.wake(1)
      g.stabilize(({ message }) => message.type !== "timeout-now")
    }
    expect(g.status(1)).toMatchObject({ role: "leader", transferee: 0 })
    if (word === undefined) throw new Error("nobody was asked to take over")
    g.receive(word.from, word.to, word.message)
    g.stabilize(among(2, 3))
    g.propose(2, "x")
    g.stabilize(among(2, 3))
    expect(g.status(2)).toMatchObject({ role: "leader", commit: 3 })
    read(g, 1, "a")
    expect(answered(g, 1)).toEqual([])
  })

  it("a member that has just started votes for nobody: it may have promised a lease before", () => {
    const g = new Group({ size: 3, behaviour: lease })
    g.elect(1)
    g.restart(2)
    g.receive(3, 2, { type: "vote", term: 5, lastIndex: 9, lastTerm: 4, transfer: false })
    expect(g.status(2)).toMatchObject({ term: 1 })
  })
})
