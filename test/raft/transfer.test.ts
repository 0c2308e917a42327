import { describe, expect, it } from "vitest"
import { among, Group } from "./group.ts"

const behaviour = { preVote: true, checkQuorum: true }
const transfer = (g: Group, id: number, to?: number) => g.call(id, (raft, now) => raft.transfer(now, to))

describe("leadership transfer (dissertation, §3.10)", () => {
  it("makes another the leader at once, though everybody hears the old one", () => {
    const g = new Group({ size: 3, behaviour })
    g.elect(1)
    expect(transfer(g, 1, 3)).toMatchObject({ accepted: true, to: 3 })
    g.stabilize()
    expect(g.status(3)).toMatchObject({ role: "leader", term: 2 })
    expect(g.status(1)).toMatchObject({ role: "follower", leader: 3 })
  })

  it("left to itself, picks the voter with most of the log", () => {
    const g = new Group({ size: 5, behaviour })
    g.elect(1)
    g.propose(1, "a")
    g.stabilize(among(1, 4))
    expect(transfer(g, 1)).toMatchObject({ to: 4 })
  })

  it("waits until the other has the whole log", () => {
    const g = new Group({ size: 3, behaviour })
    g.elect(1)
    for (const text of ["a", "b", "c"]) g.propose(1, text)
    g.stabilize(among(1, 2))
    transfer(g, 1, 3)
    expect(g.take({ type: "timeout-now" })).toEqual([])
    g.wake(1)
    g.stabilize()
    expect(g.status(3)).toMatchObject({ role: "leader" })
    expect(g.seat(3).storage.lastIndex).toBe(5)
  })

  it("takes no proposals and no second transfer meanwhile, and goes on when it comes to nothing in time", () => {
    const g = new Group({ size: 3, behaviour })
    g.elect(1)
    transfer(g, 1, 3)
    g.take()
    expect(g.propose(1, "a")).toMatchObject({ accepted: false, error: "leadership is being transferred" })
    expect(transfer(g, 1, 2)).toMatchObject({ error: "leadership is being transferred" })
    expect(g.status(1).transferee).toBe(3)
    const end = g.now + 1200
    while (g.now < end) {
      g.wake(1)
      g.stabilize(among(1, 2))
    }
    expect(g.status(1)).toMatchObject({ role: "leader", term: 1, transferee: 0 })
    expect(g.propose(1, "a")).toMatchObject({ accepted: true })
  })

  it("a request to stand that is lost is made again", () => {
    const g = new Group({ size: 3, behaviour })
    g.elect(1)
    transfer(g, 1, 3)
    g.take()
    g.wake(1)
    g.stabilize()
    expect(g.status(3).role).toBe("leader")
  })

  it("is refused by who does not lead, and to who cannot", () => {
    const g = new Group({ size: 3, spares: 1, behaviour })
    g.elect(1)
    expect(transfer(g, 2)).toMatchObject({ accepted: false, error: "not leader", leader: 1 })
    expect(transfer(g, 1, 1)).toMatchObject({ error: "no other voter" })
    g.change(1, { type: "add-learner", id: 4 })
    g.stabilize()
    expect(transfer(g, 1, 4)).toMatchObject({ error: "no other voter" })
    const alone = new Group({ size: 1, behaviour })
    alone.elect(1)
    expect(transfer(alone, 1)).toMatchObject({ error: "no other voter" })
  })

  it("a late request to stand, of a term that is over, is not heard", () => {
    const g = new Group({ size: 3, behaviour })
    g.elect(1)
    transfer(g, 1, 3)
    g.stabilize()
    g.receive(1, 2, { type: "timeout-now", term: 1 })
    expect(g.status(2)).toMatchObject({ role: "follower", leader: 3, term: 2 })
  })
})
