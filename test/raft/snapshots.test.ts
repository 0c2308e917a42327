import { describe, expect, it } from "vitest"
import { checksum, type Index, Raft, type Snapshot } from "../../raft/index.ts"
import { among, Group, type GroupOptions, logOf, termsOf } from "./group.ts"

const text = (data: Uint8Array) => new TextDecoder().decode(data)
const bytes = (of: string) => new TextEncoder().encode(of)

/** A group of three, led by member 1, that has committed this many entries, the first of which has no data. */
function committed(entries: number, options: Partial<GroupOptions> = {}): Group {
  const g = new Group({ size: 3, limits: { tail_entries: 2, snapshotChunk_bytes: 4 }, ...options })
  g.elect(1)
  for (let i = 2; i <= entries; i++) g.propose(1, String(i))
  g.stabilize()
  return g
}

const take = (g: Group, id: number, index: Index, state: string) =>
  g.step(id, { type: "snapshot", index, data: bytes(state) })

const restoredBy = (g: Group, id: number) =>
  g.heard(id, "restore").map(({ snapshot }) => [snapshot.index, text(snapshot.data)])

describe("taking a snapshot", () => {
  it("is due after so many applied entries, and again after as many more", () => {
    const g = committed(1, { limits: { snapshotInterval_entries: 5 } })
    const due: number[] = []
    for (let i = 0; i < 14; i++) {
      g.propose(1, "x")
      g.stabilize()
      due.push(...g.heard(1, "snapshot-due").map(({ index }) => index))
    }
    expect(due).toEqual([5, 10, 15])
  })

  it("is due as long after one that was taken", () => {
    const g = committed(8, { limits: { snapshotInterval_entries: 5, tail_entries: 0 } })
    take(g, 1, 8, "state")
    g.heard(1, "snapshot-due")
    for (let i = 0; i < 4; i++) g.propose(1, "x")
    g.stabilize()
    expect(g.heard(1, "snapshot-due")).toEqual([])
    g.propose(1, "x")
    g.stabilize()
    expect(g.heard(1, "snapshot-due")).toMatchObject([{ index: 13 }])
  })

  it("keeps a tail of the entries that it stands for, in memory and on the disk", () => {
    const g = committed(10)
    take(g, 1, 9, "state")
    expect(g.status(1)).toMatchObject({ snapshotIndex: 9, offset: 7, lastIndex: 10 })
    const { storage } = g.seat(1)
    expect(storage.firstIndex).toBe(8)
    expect(storage.snapshot).toMatchObject({ index: 9, term: 1, checksum: checksum(bytes("state")) })
    expect(storage.snapshot?.configuration.voters).toEqual([1, 2, 3])
  })

  it("for an index that a later one covers changes nothing; of what was never applied is a broken invariant", () => {
    const g = committed(10)
    take(g, 1, 9, "state")
    take(g, 1, 8, "older")
    expect(g.seat(1).storage.snapshot?.index).toBe(9)
    expect(() => take(g, 1, 11, "future")).toThrow("never handed out")
  })

  it("a member that starts again goes on after its snapshot", () => {
    const g = committed(10)
    take(g, 2, 9, "state")
    g.wake(1)
    g.stabilize()
    g.restart(2)
    expect(g.status(2)).toMatchObject({ snapshotIndex: 9, offset: 7, delivered: 9, lastIndex: 10 })
    g.wake(1)
    g.stabilize()
    expect(g.seat(2).committed.map(({ index }) => index)).toEqual([10])
  })

  it("a snapshot that was damaged on the disk stops the member before it starts", () => {
    const g = committed(10)
    take(g, 2, 9, "state")
    const { snapshot, ...rest } = g.seat(2).storage.load()
    if (snapshot === undefined) throw new Error("no snapshot")
    const damaged: Snapshot = { ...snapshot, data: bytes("stale") }
    const start = () =>
      new Raft({ id: 2, voters: [1, 2, 3], random: () => 0, now: 0, restored: { ...rest, snapshot: damaged } })
    expect(start).toThrow("damaged")
  })
})

describe("§7 InstallSnapshot", () => {
  /** Member 3 has only the first entry; the others are at 10, and the leader's log begins after 9. */
  function leftBehind(limits: Partial<GroupOptions["limits"]> = {}): Group {
    const g = new Group({ size: 3, limits: { tail_entries: 0, snapshotChunk_bytes: 4, ...limits } })
    g.elect(1)
    for (let i = 2; i <= 10; i++) g.propose(1, String(i))
    g.stabilize(among(1, 2))
    take(g, 1, 9, "the whole state")
    return g
  }

  it("a follower that lacks what the log no longer has gets the snapshot in pieces, then the rest as entries", () => {
    const g = leftBehind()
    let pieces = 0
    g.wake(1)
    g.stabilize(({ message }) => {
      if (message.type === "snapshot") pieces++
      return true
    })
    expect(pieces).toBe(4)
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
    expect(g.seat(3).committed.map(({ index }) => index)).toEqual([1, 10])
    expect(g.status(3)).toMatchObject({ snapshotIndex: 9, delivered: 10, lastIndex: 10 })
    expect(g.seat(3).storage.snapshot?.index).toBe(9)
    expect(g.status(1).progress).toMatchObject([{}, { id: 3, state: "replicate", match: 10 }])
  })

  it("a slow follower within the tail gets entries and no snapshot", () => {
    const g = leftBehind({ tail_entries: 8 })
    g.wake(1)
    g.stabilize(({ message }) => {
      expect(message.type).not.toBe("snapshot")
      return true
    })
    expect(g.status(3).delivered).toBe(10)
  })

  it("a piece that is lost is sent again after a heartbeat, and nothing before it", () => {
    const g = leftBehind()
    const offsets: number[] = []
    let lose = true
    const deliver = () =>
      g.stabilize(({ message }) => {
        if (message.type !== "snapshot") return true
        offsets.push(message.offset)
        const lost = lose && message.offset === 8
        if (lost) lose = false
        return !lost
      })
    g.wake(1)
    deliver()
    expect(g.status(1).progress[1]).toMatchObject({ state: "snapshot", snapshot_bytes: 8 })
    g.wake(1)
    deliver()
    expect(offsets).toEqual([0, 4, 8, 8, 12])
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
  })

  it("a damaged piece is not taken, and sent again", () => {
    const g = leftBehind()
    g.wake(1)
    g.stabilize(({ message, to }) => {
      if (message.type !== "snapshot" || message.offset !== 4) return true
      g.receive(1, to, { ...message, data: bytes("XXXX") })
      return false
    })
    expect(g.seat(3).raft.metrics().chunksDamaged).toBe(1)
    g.wake(1)
    g.stabilize()
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
  })

  it("pieces that are each sound and together are not are all asked for again", () => {
    const g = leftBehind()
    let first = true
    const wrong = bytes("THE ")
    g.wake(1)
    g.stabilize(({ message, to }) => {
      if (message.type !== "snapshot" || message.offset !== 0 || !first) return true
      first = false
      g.receive(1, to, { ...message, data: wrong, checksum: checksum(wrong) })
      return false
    })
    g.wake(1)
    g.stabilize()
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
  })

  it("another leader with the same snapshot goes on where the first one stopped", () => {
    const g = leftBehind()
    g.stabilize()
    take(g, 2, 9, "the whole state")
    g.wake(1)
    let pieces = 0
    g.stabilize(({ to, message }) => to !== 3 || message.type !== "snapshot" || ++pieces <= 2)
    const offsets: number[] = []
    g.elect(2, ({ from, to, message }) => {
      if (from === 2 && message.type === "snapshot") offsets.push(message.offset)
      return from !== 1 && to !== 1
    })
    g.wake(2)
    g.stabilize(({ from, message }) => {
      if (from === 2 && message.type === "snapshot") offsets.push(message.offset)
      return true
    })
    expect(offsets).toEqual([0, 8, 12])
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
  })

  it("that had come in part when the follower crashed begins anew: pieces are kept in memory until all are there", () => {
    const g = leftBehind()
    const offsets: number[] = []
    g.wake(1)
    g.stabilize(({ message }) => {
      if (message.type === "snapshot") offsets.push(message.offset)
      return message.type !== "snapshot" || message.offset < 8
    })
    g.restart(3)
    for (let i = 0; i < 3; i++) {
      g.wake(1)
      g.stabilize(({ message }) => {
        if (message.type === "snapshot") offsets.push(message.offset)
        return true
      })
    }
    expect(offsets.slice(0, 3)).toEqual([0, 4, 8])
    expect(offsets.slice(-4)).toEqual([0, 4, 8, 12])
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
  })

  it("is acknowledged, and the state replaced, only when it is on the disk", () => {
    const g = leftBehind()
    g.wake(1)
    g.fastDisks = false
    g.stabilize()
    expect(g.seat(3).saves.at(-1)).toMatchObject({ snapshot: { index: 9 }, compactTo: 9, entries: [] })
    expect(restoredBy(g, 3)).toEqual([])
    expect(g.status(1).progress[1]).toMatchObject({ state: "snapshot", match: 1 })
    g.save(3)
    expect(restoredBy(g, 3)).toEqual([[9, "the whole state"]])
    g.stabilize()
    expect(g.status(1).progress[1]).toMatchObject({ state: "replicate" })
  })

  it("replaces a longer log that parts from it", () => {
    const g = new Group({
      size: 3,
      limits: { tail_entries: 0 },
      restored: { 3: { hardState: { term: 1, vote: 0, commit: 1 }, entries: logOf(1, ...Array<number>(20).fill(1)) } },
    })
    const snapshot = { index: 9, term: 5, configuration: g.status(1).configuration, checksum: checksum(bytes("s")) }
    g.receive(1, 3, {
      type: "snapshot",
      term: 5,
      snapshot,
      size: 1,
      offset: 0,
      data: bytes("s"),
      checksum: checksum(bytes("s")),
    })
    expect(g.status(3)).toMatchObject({ commit: 9, lastIndex: 9, delivered: 9 })
    expect(g.seat(3).storage.load().entries).toEqual([])
    expect(g.take()[0]?.message).toMatchObject({ type: "append-reply", accepted: true, index: 9 })
  })

  it("that the follower's log holds already only commits, and keeps the log", () => {
    const g = new Group({
      size: 3,
      restored: { 3: { hardState: { term: 1, vote: 0, commit: 1 }, entries: logOf(1, 1, 1, 1) } },
    })
    const snapshot = { index: 3, term: 1, configuration: g.status(1).configuration, checksum: 0 }
    g.receive(1, 3, { type: "snapshot", term: 5, snapshot, size: 9, offset: 0, data: bytes("s"), checksum: 1 })
    expect(g.status(3)).toMatchObject({ commit: 3, lastIndex: 4, delivered: 3, snapshotIndex: 0 })
    expect(termsOf(g.seat(3).storage.load().entries)).toEqual([1, 1, 1, 1])
  })

  it("larger than a member takes is not taken", () => {
    const g = leftBehind({ snapshot_bytes_max: 10 })
    g.wake(1)
    g.stabilize()
    expect(g.status(3)).toMatchObject({ snapshotIndex: 0, lastIndex: 1 })
  })

  it("a follower left behind a second time, while it was sent the first snapshot, gets the next one", () => {
    const g = leftBehind()
    g.wake(1)
    g.fastDisks = false
    g.stabilize()
    g.fastDisks = true
    g.save(1)
    g.save(2)
    for (let i = 11; i <= 20; i++) g.propose(1, String(i))
    g.stabilize(among(1, 2))
    take(g, 1, 20, "later")
    g.save(3)
    for (let i = 0; i < 3; i++) {
      g.wake(1)
      g.stabilize()
    }
    expect(restoredBy(g, 3).at(-1)).toEqual([20, "later"])
    expect(g.status(1).progress[1]).toMatchObject({ state: "replicate", match: 20 })
  })
})
