import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Random } from "../../../core/random.ts"
import { MemoryLogStorage } from "../../../raft/index.ts"
import { Disk, type DiskConditions } from "../../../sim/disk/disk.ts"
import { RaftDisk } from "../../../sim/disk/raft-disk.ts"
import { EventQueue } from "../../../sim/time/event-queue.ts"
import { logOf } from "../../raft/group.ts"

function setUp(conditions: Partial<DiskConditions> = {}, seed = 1) {
  const queue = new EventQueue()
  const medium: number[] = []
  const told: { at: number; record: number }[] = []
  const disk = new Disk<number>(queue, new Random(seed), (record) => medium.push(record), conditions)
  const write = (record: number) => disk.write(record, () => told.push({ at: queue.now, record }))
  return { queue, medium, told, disk, write }
}

describe("the disk", () => {
  it("makes a record durable, and says so, only after an fsync", () => {
    const { queue, medium, told, write } = setUp({ fsync_ms_min: 4, fsync_ms_max: 4 })
    write(1)
    queue.runUntil(3)
    expect([medium, told]).toEqual([[], []])
    queue.runUntil(4)
    expect([medium, told]).toEqual([[1], [{ at: 4, record: 1 }]])
  })

  it("one fsync covers all that was written before it began", () => {
    const { queue, told, disk, write } = setUp({ fsync_ms_min: 10, fsync_ms_max: 10 })
    write(1)
    queue.runUntil(1)
    for (const record of [2, 3, 4]) write(record)
    queue.runUntil(100)
    expect(told).toEqual([
      { at: 10, record: 1 },
      { at: 20, record: 2 },
      { at: 20, record: 3 },
      { at: 20, record: 4 },
    ])
    expect(disk.counts).toEqual({ writes: 4, fsyncs: 2, lost: 0 })
  })

  it("a crash loses what is not durable, and nobody is told of it", () => {
    const { queue, medium, told, disk, write } = setUp({ fsync_ms_min: 10, fsync_ms_max: 10 })
    write(1)
    queue.runUntil(10)
    write(2)
    write(3)
    disk.crash()
    queue.runUntil(100)
    expect([medium, told.length, disk.counts.lost]).toEqual([[1], 1, 2])
    write(4)
    queue.runUntil(200)
    expect(medium).toEqual([1, 4])
  })

  it("an fsync that a crash ended does not shorten the next one", () => {
    const { queue, told, disk, write } = setUp({ fsync_ms_min: 10, fsync_ms_max: 10 })
    write(1)
    queue.runUntil(8)
    disk.crash()
    write(2)
    queue.runUntil(100)
    expect(told).toEqual([{ at: 18, record: 2 }])
  })

  it("whatever happens, the medium holds what was told durable, and, torn, at most a prefix of each life's rest", () => {
    const deed = fc.oneof(
      { weight: 5, arbitrary: fc.constant("write" as const) },
      { weight: 3, arbitrary: fc.constant("run" as const) },
      { weight: 1, arbitrary: fc.constant("crash" as const) },
    )
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.5, 1), fc.array(deed, { maxLength: 100 }), (seed, torn, deeds) => {
        const { queue, medium, told, disk, write } = setUp({ torn }, seed)
        let record = 0
        let life: number[] = []
        let survived: number[] = []
        for (const what of deeds) {
          if (what === "write") {
            write(++record)
            life.push(record)
          } else if (what === "run") {
            queue.runFor(1)
          } else {
            disk.crash()
            const kept = medium.slice(survived.length)
            expect(kept).toEqual(life.slice(0, kept.length))
            expect(kept).toEqual(expect.arrayContaining(told.map((t) => t.record).filter((r) => life.includes(r))))
            if (torn === 0) expect(kept.every((r) => told.some((t) => t.record === r))).toBe(true)
            survived = [...medium]
            life = []
          }
        }
        queue.runFor(1000)
        expect(medium.slice(survived.length)).toEqual(life)
      }),
    )
  })

  it("whoever crashes when told that one record is durable is told of no other", () => {
    const queue = new EventQueue()
    const told: number[] = []
    const medium: number[] = []
    const disk = new Disk<number>(queue, new Random(1), (record) => medium.push(record))
    for (const record of [1, 2, 3]) {
      disk.write(record, () => {
        told.push(record)
        if (record === 2) disk.crash()
      })
    }
    queue.runUntil(100)
    expect(told.slice(0, 2)).toEqual([1, 2])
    expect(told).not.toContain(3)
  })

  it("a disk under a Raft log gives back exactly the saves that were durable", () => {
    const queue = new EventQueue()
    const disk = new RaftDisk(queue, new Random(1), new MemoryLogStorage())
    disk.save({ hardState: { term: 1, vote: 1, commit: 0 }, entries: logOf(1) }, () => {})
    queue.runUntil(10)
    disk.save({ hardState: { term: 2, vote: 0, commit: 1 }, truncateFrom: 1, entries: logOf(2, 2) }, () => {})
    disk.crash()
    expect(disk.load()).toEqual({ hardState: { term: 1, vote: 1, commit: 0 }, entries: logOf(1) })
  })
})
