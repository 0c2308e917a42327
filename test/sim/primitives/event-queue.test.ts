import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { EventQueue } from "../../../sim/time/event-queue.ts"
import { WakeTimer } from "../../../sim/time/wake-timer.ts"

describe("the event queue", () => {
  it("runs events in the order of their instants, those of one instant as scheduled, and leaves out the cancelled", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(50), cancel: fc.boolean() }), { maxLength: 3000, size: "max" }),
        (plan) => {
          const queue = new EventQueue()
          const ran: { at: number; i: number }[] = []
          const events = plan.map(({ at }, i) => queue.at(at, () => ran.push({ at: queue.now, i })))
          for (const [i, event] of events.entries()) if (plan[i]?.cancel) queue.cancel(event)
          const expected = plan
            .map(({ at, cancel }, i) => ({ at, cancel, i }))
            .filter(({ cancel }) => !cancel)
            .sort((a, b) => a.at - b.at || a.i - b.i)
            .map(({ at, i }) => ({ at, i }))
          expect(queue.size).toBe(expected.length)
          while (queue.runNext());
          expect(ran).toEqual(expected)
          expect([queue.size, queue.processed]).toEqual([0, expected.length])
        },
      ),
      { numRuns: 15 },
    )
  })

  it("runs what events schedule meanwhile, and what is past comes next", () => {
    const queue = new EventQueue(10)
    const ran: string[] = []
    queue.at(20, () => {
      ran.push("a")
      queue.at(5, () => ran.push(`late, at ${queue.now}`))
      queue.after(1, () => ran.push("c"))
    })
    queue.at(20, () => ran.push("b"))
    while (queue.runNext());
    expect(ran).toEqual(["a", "b", "late, at 20", "c"])
  })

  it("runs until an instant, that instant included, and leaves the clock there", () => {
    const queue = new EventQueue()
    const ran: number[] = []
    for (const at of [5, 10, 11]) queue.at(at, () => ran.push(at))
    queue.runUntil(10)
    expect([ran, queue.now, queue.nextAt]).toEqual([[5, 10], 10, 11])
    queue.runFor(100)
    expect([ran, queue.now, queue.nextAt]).toEqual([[5, 10, 11], 110, undefined])
  })

  it("cancelling what has run, or was cancelled, does nothing", () => {
    const queue = new EventQueue()
    const first = queue.at(1, () => {})
    queue.at(2, () => {})
    queue.runNext()
    queue.cancel(first)
    expect(queue.size).toBe(1)
    const third = queue.at(3, () => {})
    queue.cancel(third)
    queue.cancel(third)
    expect(queue.size).toBe(1)
  })
})

describe("a wake timer", () => {
  it("wakes once, at the instant wished last", () => {
    const queue = new EventQueue()
    const woken: number[] = []
    const timer = new WakeTimer(queue, () => woken.push(queue.now))
    timer.set(100)
    timer.set(50)
    timer.set(80)
    queue.runUntil(1000)
    expect(woken).toEqual([80])
  })

  it("does not wake when the wish is withdrawn or the timer stopped", () => {
    const queue = new EventQueue()
    const woken: number[] = []
    const timer = new WakeTimer(queue, () => woken.push(queue.now))
    timer.set(10)
    timer.set(undefined)
    queue.runUntil(100)
    timer.set(200)
    timer.stop()
    queue.runUntil(1000)
    expect(woken).toEqual([])
  })

  it("keeps one event in the queue, however often the wish moves away", () => {
    const queue = new EventQueue()
    const timer = new WakeTimer(queue, () => {})
    for (let i = 0; i < 1000; i++) timer.set(1000 + i)
    expect(queue.size).toBe(1)
  })
})
