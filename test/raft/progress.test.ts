import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Inflight } from "../../raft/inflight.ts"
import { Progress } from "../../raft/progress.ts"

/** A follower that acknowledged entry 5, and was sent 6 and 7. */
function replicating(): Progress {
  const progress = new Progress(6, 8)
  progress.accepted(5)
  progress.sent(6, 1)
  progress.sent(7, 1)
  return progress
}

describe("what a leader knows of a follower", () => {
  it("starts with probing: one append, then waiting", () => {
    const progress = new Progress(6, 8)
    expect(progress).toMatchObject({ state: "probe", match: 0, next: 6, paused: false })
    progress.sent(7, 2)
    expect(progress).toMatchObject({ next: 6, paused: true })
  })

  it("an acknowledgement is news once, opens the window, and sends on without waiting", () => {
    const progress = replicating()
    expect(progress).toMatchObject({ state: "replicate", match: 5, next: 8 })
    expect([progress.accepted(6), progress.accepted(6), progress.accepted(5)]).toEqual([true, false, false])
    expect(progress).toMatchObject({ match: 6, next: 8 })
    expect(progress.inflight.count).toBe(1)
  })

  it("a rejection while replicating falls back to just after what is known to match", () => {
    const progress = replicating()
    expect(progress.rejected(7, 3)).toBe(true)
    expect(progress).toMatchObject({ state: "probe", match: 5, next: 6, paused: false })
  })

  it("a rejection while probing goes back to the hint, but never before what is known to match", () => {
    const progress = new Progress(10, 8)
    progress.sent(9, 0)
    expect(progress.rejected(9, 4)).toBe(true)
    expect(progress).toMatchObject({ next: 5, paused: false })
    const known = replicating()
    known.rejected(7, 7)
    expect(known.rejected(5, 1)).toBe(true)
    expect(known.next).toBe(6)
  })

  it("late and repeated rejections change nothing", () => {
    const progress = replicating()
    expect(progress.rejected(5, 2)).toBe(false)
    expect(progress).toMatchObject({ state: "replicate", next: 8 })
    const probing = new Progress(10, 8)
    probing.rejected(9, 4)
    expect(probing.rejected(9, 2)).toBe(false)
    expect(probing.next).toBe(5)
  })

  it("the window counts like a queue of the same size", () => {
    const deed = fc.oneof(
      fc.record({ add: fc.nat(5) }),
      fc.record({ freeUpTo: fc.nat(200) }),
      fc.constant("clear" as const),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(deed, { maxLength: 100 }), (max, deeds) => {
        const window = new Inflight(max)
        let queue: number[] = []
        let last = 0
        for (const what of deeds) {
          if (what === "clear") {
            window.clear()
            queue = []
          } else if ("freeUpTo" in what) {
            window.freeUpTo(what.freeUpTo)
            queue = queue.filter((index) => index > what.freeUpTo)
          } else if (!window.full) {
            last += what.add
            window.add(last)
            queue.push(last)
          }
          expect([window.count, window.full]).toEqual([queue.length, queue.length === max])
        }
      }),
    )
  })
})
