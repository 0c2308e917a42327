import fc from "fast-check"
import { expect, test } from "vitest"
import { TimerQueue } from "../../core/timer-queue.ts"
import { Timers } from "../../core/timers.ts"

test("items come out by their instant, and those of one instant in the order in which they were added", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (instants) => {
      const queue = new TimerQueue<number>()
      for (const [item, at] of instants.entries()) queue.add(at, item)
      const out: Array<number> = []
      for (let now = 0; now <= 20; now++) {
        for (let due = queue.take(now); due !== undefined; due = queue.take(now)) {
          expect(instants[due.item]).toBe(now)
          out.push(due.item)
        }
      }
      const expected = [...instants.keys()].sort((a, b) => (instants[a] ?? 0) - (instants[b] ?? 0) || a - b)
      expect(out).toEqual(expected)
    }),
  )
})

test("timers come when they were last set to, once, and never when they were deleted", () => {
  const deed = fc.record({ name: fc.constantFrom("a", "b", "c"), in: fc.option(fc.integer({ min: 1, max: 15 })) })
  fc.assert(
    fc.property(fc.array(fc.record({ deed, pass: fc.nat(4) })), (history) => {
      const timers = new Timers()
      const model = new Map<string, number>()
      let now = 0
      const pass = (span: number): void => {
        for (const end = now + span; now < end; ) {
          now++
          const due = [...model].filter(([, at]) => at <= now).map(([name]) => name)
          for (const name of due) model.delete(name)
          expect([...timers.due(now)].sort()).toEqual(due.sort())
          const next = Math.min(...model.values())
          if (model.size > 0) expect(timers.next()).toBeLessThanOrEqual(next)
        }
      }
      for (const { deed, pass: span } of history) {
        if (deed.in === null) {
          model.delete(deed.name)
          timers.clear(deed.name)
        } else {
          model.set(deed.name, now + deed.in)
          timers.set(deed.name, now + deed.in)
        }
        pass(span)
      }
      pass(20)
      expect(model.size).toBe(0)
    }),
  )
})
