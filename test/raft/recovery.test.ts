import { describe, expect, it } from "vitest"
import { MemoryLogStorage, Raft, recoverAlone } from "../../raft/index.ts"
import { among, Group, termsOf } from "./group.ts"

/** The survivor's storage after the recovery, and its machine, woken as often as it asks. */
function recovered(g: Group, id: number, voters: ReadonlyArray<number>) {
  const { storage } = g.seat(id)
  const recovery = recoverAlone(id, storage.load(), voters)
  storage.save(recovery.save)
  const raft = new Raft({ id, voters, random: () => 0.5, now: 0, restored: storage.load() })
  for (let i = 0; i < 3; i++) {
    for (const output of raft.step(raft.nextWake() ?? 0, { type: "wake" })) {
      if (output.type !== "save") continue
      storage.save(output)
      for (const more of raft.step(0, { type: "saved", ticket: output.ticket })) {
        if (more.type === "save") storage.save(more)
        if (more.type === "save") raft.step(0, { type: "saved", ticket: more.ticket })
      }
    }
  }
  return { recovery, raft }
}

describe("recovery from the loss of a quorum", () => {
  it("makes a group of one that has the survivor's whole log, in a later term, and leads itself", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.propose(1, "a")
    g.stabilize()
    g.propose(1, "reached nobody else")
    const { recovery, raft } = recovered(g, 1, [1, 2, 3])
    expect(recovery).toMatchObject({ removed: [2, 3], certain: 2, kept: 3 })
    expect(raft.status()).toMatchObject({ role: "leader", voters: [1], term: 3, commit: 5, lastIndex: 5 })
    expect(termsOf(g.seat(1).storage.load().entries)).toEqual([1, 1, 1, 2, 3])
    expect(raft.status().configuration.removed).toEqual([2, 3])
  })

  it("says what may be lost", () => {
    const g = new Group({ size: 3 })
    g.elect(1)
    g.propose(1, "a")
    g.stabilize(among(1, 2))
    const storage = new MemoryLogStorage()
    storage.save(g.seat(2).storage.load())
    const { certain, kept, mayBeLost } = recoverAlone(2, storage.load(), [1, 2, 3])
    expect([certain, kept]).toEqual([1, 2])
    expect(mayBeLost).toHaveLength(2)
    expect(mayBeLost[0]).toContain("after entry 2")
    expect(mayBeLost[1]).toContain("2 to 2")
    expect(recoverAlone(1, { ...storage.load(), entries: [] }, [1]).mayBeLost).toEqual([])
  })

  it("goes on from a snapshot, and keeps in mind who was removed before", () => {
    const g = new Group({ size: 4, limits: { tail_entries: 0 } })
    g.elect(1)
    g.change(1, { type: "remove", id: 4 })
    g.stabilize()
    g.step(1, { type: "snapshot", index: 2, data: new Uint8Array(2) })
    const { raft } = recovered(g, 1, [1, 2, 3, 4])
    expect(raft.status()).toMatchObject({ role: "leader", voters: [1], snapshotIndex: 2 })
    expect(raft.status().configuration.removed).toEqual([2, 3, 4])
    expect(raft.change(0, [{ type: "join", id: 2 }])).toMatchObject({
      accepted: false,
      error: "the id was removed and is not used again",
    })
  })
})
