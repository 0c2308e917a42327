import { describe, expect, it } from "vitest"
import { encodeMessage } from "../../raft/codec/index.ts"
import { Group, logOf } from "./group.ts"

const text = (data: Uint8Array) => new TextDecoder().decode(data)
const bytes = (said: string) => new TextEncoder().encode(said)

describe("§5.3 log replication", () => {
  it("a leader starts its term with an entry without data and brings it to all", () => {
    const group = new Group({ size: 3 })
    group.elect(2)
    for (const id of [1, 2, 3]) {
      expect(group.seat(id).committed).toEqual([{ index: 1, term: 1, kind: "command", data: new Uint8Array(0) }])
    }
  })

  it("a proposal gets its index and term, and all members apply it once, in order", () => {
    const group = new Group({ size: 5 })
    group.elect(1)
    expect(group.propose(1, "a")).toMatchObject({ accepted: true, index: 2, term: 1 })
    expect(group.propose(1, "b")).toMatchObject({ accepted: true, index: 3, term: 1 })
    group.stabilize()
    for (const id of [1, 2, 3, 4, 5]) {
      expect(group.seat(id).committed.map(({ index, data }) => [index, text(data)])).toEqual([
        [1, ""],
        [2, "a"],
        [3, "b"],
      ])
    }
  })

  it("followers that are equally far get one message, encoded once; one that is not gets its own", () => {
    const group = new Group({ size: 4 })
    group.elect(1)
    group.propose(1, "a")
    group.take({ to: 4 })
    group.stabilize(({ to }) => to !== 4)
    group.step(1, {
      type: "message",
      from: 4,
      message: { type: "append-reply", term: 1, accepted: true, index: 1, hintIndex: 0, hintTerm: 0 },
    })
    group.take()
    group.propose(1, "b")
    const [second, third] = group.take({ type: "append" }).map(({ message }) => message)
    expect(second).toMatchObject({ type: "append", prevIndex: 2 })
    expect(third).toBe(second)
    if (second === undefined) return
    const frame = encodeMessage(second)
    expect(encodeMessage(second)).toBe(frame)
    expect(encodeMessage({ ...second })).not.toBe(frame)
    expect(encodeMessage({ ...second })).toEqual(frame)
    group.propose(1, "c")
    expect(group.take({ type: "append", to: 2 })[0]?.message).not.toBe(second)
  })

  it("only a leader takes proposals; others say who leads, as far as they know", () => {
    const group = new Group({ size: 3 })
    expect(group.propose(2, "a")).toEqual({ accepted: false, error: "not leader", leader: 0 })
    group.elect(1)
    expect(group.propose(2, "a")).toEqual({ accepted: false, error: "not leader", leader: 1 })
  })

  it("a leader refuses what is too large, and more than it may pile up without a quorum", () => {
    const group = new Group({ size: 3, limits: { entry_bytes_max: 3, uncommitted_entries_max: 2 } })
    group.elect(1)
    expect(group.propose(1, "four")).toMatchObject({ accepted: false, error: "entry too large" })
    group.propose(1, "1")
    group.propose(1, "2")
    expect(group.propose(1, "3")).toMatchObject({ accepted: false, error: "too many uncommitted entries" })
    group.stabilize()
    expect(group.propose(1, "3")).toMatchObject({ accepted: true })
  })

  it("a leader refuses more bytes than it may pile up, but never the only proposal", () => {
    const group = new Group({ size: 3, limits: { uncommitted_bytes_max: 10 } })
    group.elect(1)
    expect(group.propose(1, "x".repeat(20))).toMatchObject({ accepted: true })
    group.stabilize()
    expect(group.propose(1, "123456")).toMatchObject({ accepted: true })
    expect(group.propose(1, "12345")).toMatchObject({ accepted: false, error: "too many uncommitted bytes" })
    expect(group.propose(1, "1234")).toMatchObject({ accepted: true })
    group.stabilize()
    expect(group.propose(1, "12345")).toMatchObject({ accepted: true })
  })

  it("a leader sends entries while its own disk still writes them, and counts itself only when it is done", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.seat(1).committed = []
    group.fastDisks = false
    group.propose(1, "a")
    const [toTwo, toThree] = group.take({ type: "append" })
    expect([toTwo?.to, toThree?.to]).toEqual([2, 3])
    group.receive(2, 1, { type: "append-reply", term: 1, accepted: true, index: 2, hintIndex: 0, hintTerm: 0 })
    expect(group.status(1).commit).toBe(1)
    group.save(1)
    expect(group.status(1).commit).toBe(2)
    expect(group.seat(1).committed).toHaveLength(1)
  })

  it("all followers hear of a commit at once, not only the one whose answer decided it", () => {
    const group = new Group({ size: 5 })
    group.elect(1)
    group.propose(1, "a")
    group.stabilize()
    for (const id of [1, 2, 3, 4, 5]) expect(group.status(id).commit).toBe(2)
  })

  it("when the leader's own disk is what a commit waited for, the followers hear of it at once", () => {
    const group = new Group({ size: 2 })
    group.elect(1)
    group.fastDisks = false
    group.propose(1, "a")
    group.stabilize()
    group.save(2)
    group.stabilize()
    expect(group.status(1).commit).toBe(1)
    group.save(1)
    group.stabilize()
    expect([group.status(1).commit, group.status(2).commit]).toEqual([2, 2])
  })

  it("a quorum of followers commits without the leader's disk; the leader applies when its disk has it, too", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.fastDisks = false
    group.propose(1, "a")
    for (const id of [2, 3]) {
      group.receive(id, 1, { type: "append-reply", term: 1, accepted: true, index: 2, hintIndex: 0, hintTerm: 0 })
    }
    expect(group.status(1)).toMatchObject({ commit: 2, durable: 1, delivered: 1 })
    group.save(1)
    expect(group.status(1)).toMatchObject({ commit: 2, durable: 2, delivered: 2 })
  })

  it("a follower acknowledges entries only when they are on its disk", () => {
    const group = new Group({ size: 3 })
    group.fastDisks = false
    const append = { type: "append" as const, term: 1, prevIndex: 0, prevTerm: 0, entries: logOf(1), commit: 0 }
    group.receive(2, 1, append)
    expect(group.mail).toEqual([])
    // Nothing new to write, but what it would acknowledge is still being written.
    group.receive(2, 1, append)
    expect(group.mail).toEqual([])
    group.save(1)
    expect(group.take().map(({ message }) => message)).toMatchObject([
      { type: "append-reply", accepted: true, index: 1 },
      { type: "append-reply", accepted: true, index: 1 },
    ])
  })
})

describe("several proposals in one call", () => {
  it("are appended one after the other, travel together, and are committed like any others", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    const proposed = g.seat(1).raft.proposeAll(0, [bytes("a"), bytes("b"), bytes("c")])
    if (!proposed.accepted) throw new Error(proposed.error)
    expect(g.status(1).lastIndex).toBe(proposed.index + 2)
    const appends = proposed.outputs.flatMap((o) =>
      o.type === "send" && o.message.type === "append" ? [o.message] : [],
    )
    expect(appends.map((message) => message.entries.length)).toEqual([3, 3])
  })

  it("are refused all, or none: by whoever does not lead, when one is too large, and when they are too many", () => {
    const g = new Group({ size: 3, limits: { entry_bytes_max: 4, uncommitted_entries_max: 5 } })
    g.elect(1)
    const last = g.status(1).lastIndex
    const error = (id: number, datas: ReadonlyArray<Uint8Array>) => {
      const proposed = g.seat(id).raft.proposeAll(0, datas)
      return proposed.accepted ? undefined : proposed.error
    }
    expect(error(2, [bytes("a")])).toBe("not leader")
    expect(error(1, [bytes("a"), bytes("large")])).toBe("entry too large")
    expect(
      error(
        1,
        Array.from({ length: 6 }, () => bytes("a")),
      ),
    ).toBe("too many uncommitted entries")
    expect(g.status(1).lastIndex).toBe(last)
  })
})

describe("restart", () => {
  it("a member comes back with its term, vote and log, and hands out what it knows to be committed again", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.propose(1, "a")
    group.stabilize()
    group.propose(1, "b")
    group.stabilize()
    group.restart(2)
    expect(group.status(2)).toMatchObject({ role: "follower", term: 1, vote: 1, lastIndex: 3, delivered: 0 })
    const now = group.now
    group.wake(2)
    expect([group.now, group.status(2).role]).toEqual([now, "follower"])
    const again = group.seat(2).committed.map(({ index }) => index)
    expect(again).toEqual([1, 2, 3].slice(0, group.seat(2).storage.hardState.commit))
    expect(again.length).toBeGreaterThan(0)
  })

  it("entries that a crash took before they were durable are sent again", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.fastDisks = false
    group.propose(1, "a")
    group.stabilize()
    group.restart(2)
    expect(group.status(2).lastIndex).toBe(1)
    group.fastDisks = true
    group.save(1)
    group.save(3)
    group.wake(1)
    group.stabilize()
    expect(group.status(2)).toMatchObject({ lastIndex: 2, delivered: 2 })
  })
})
