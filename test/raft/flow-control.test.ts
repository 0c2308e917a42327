import { describe, expect, it } from "vitest"
import { among, Group } from "./group.ts"

describe("flow control", () => {
  it("a probed follower gets one append at a time, until it answers", () => {
    const group = new Group({ size: 3 })
    group.elect(1, among(1, 3))
    group.propose(1, "a")
    group.propose(1, "b")
    expect(group.take({ to: 2 })).toEqual([])
    expect(group.status(1).progress[0]).toMatchObject({ id: 2, state: "probe", match: 0, next: 1 })
    group.wake(1)
    group.take()
    group.receive(2, 1, { type: "heartbeat-reply", term: 1, round: 0 })
    expect(group.mail).toMatchObject([{ to: 2, message: { type: "append", prevIndex: 0, entries: [{}, {}, {}] } }])
    group.stabilize()
    expect(group.status(1).progress[0]).toMatchObject({ id: 2, state: "replicate", match: 3, next: 4 })
  })

  it("a follower that answers is sent no more appends at once than the window takes", () => {
    const group = new Group({ size: 2, limits: { inflight_max: 3 } })
    group.elect(1)
    group.take()
    for (let i = 0; i < 10; i++) group.propose(1, String(i))
    expect(group.mail).toHaveLength(3)
    // Not even when the follower shows that it lives; it is only asked where it stands.
    group.receive(2, 1, { type: "heartbeat-reply", term: 1, round: 0 })
    expect(group.take({ type: "append" }).map(({ message }) => "entries" in message && message.entries.length)).toEqual(
      [1, 1, 1, 0],
    )
    group.wake(1)
    group.stabilize()
    expect(group.status(2).delivered).toBe(11)
    expect(group.status(1).progress[0]).toMatchObject({ match: 11, next: 12, inflight: 0 })
  })

  it("an append carries at most so many bytes, but at least one entry", () => {
    const group = new Group({ size: 3, limits: { append_bytes_max: 100 } })
    group.elect(1, among(1, 2))
    for (const size of [20, 20, 20, 300, 10]) group.propose(1, "x".repeat(size))
    group.stabilize(among(1, 2))
    group.wake(1)
    const carried: number[] = []
    group.stabilize(({ to, message }) => {
      if (to === 3 && message.type === "append" && message.entries.length > 0) carried.push(message.entries.length)
      return true
    })
    // The entry of the leader's term, three small ones (36 bytes each with their frame), the large one, the last.
    expect(carried).toEqual([3, 1, 1, 1])
    expect(group.status(3).delivered).toBe(6)
  })

  it("appends that are lost are sent again after the next heartbeat", () => {
    const group = new Group({ size: 2 })
    group.elect(1)
    for (let i = 0; i < 5; i++) group.propose(1, String(i))
    group.take()
    expect(group.status(1).progress[0]).toMatchObject({ state: "replicate", match: 1, next: 7 })
    group.wake(1)
    group.stabilize()
    expect(group.status(2).delivered).toBe(6)
  })

  it("answers that are lost are asked for again after the next heartbeat", () => {
    const group = new Group({ size: 2 })
    group.elect(1)
    group.propose(1, "a")
    group.stabilize(({ message }) => message.type !== "append-reply")
    expect(group.status(1).commit).toBe(1)
    group.wake(1)
    group.stabilize()
    expect(group.status(1).commit).toBe(2)
  })

  it("a full window whose appends were all lost still recovers", () => {
    const group = new Group({ size: 2, limits: { inflight_max: 2 } })
    group.elect(1)
    for (let i = 0; i < 5; i++) group.propose(1, String(i))
    group.take()
    group.wake(1)
    group.stabilize()
    expect(group.status(2).delivered).toBe(6)
  })

  it("a quiet group exchanges heartbeats and nothing else", () => {
    const group = new Group({ size: 3 })
    group.elect(1)
    group.propose(1, "a")
    group.stabilize()
    group.wake(1)
    const kinds = new Set<string>()
    group.stabilize(({ message }) => {
      kinds.add(message.type)
      return true
    })
    expect([...kinds]).toEqual(["heartbeat", "heartbeat-reply"])
  })
})
