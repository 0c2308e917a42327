import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Random } from "../../../core/random.ts"
import type { Conditions } from "../../../sim/network/conditions.ts"
import { Network } from "../../../sim/network/network.ts"
import { EventQueue } from "../../../sim/time/event-queue.ts"

interface Arrival {
  readonly at: number
  readonly from: string
  readonly message: number
}

function setUp(conditions: Partial<Conditions> = {}, seed = 1) {
  const queue = new EventQueue()
  const network = new Network<number>(queue, new Random(seed), conditions)
  const arrived: Record<string, Arrival[]> = { a: [], b: [], c: [] }
  const attach = (name: string) =>
    network.attach(name, (from, message) => arrived[name]?.push({ at: queue.now, from, message }))
  for (const name of ["a", "b", "c"]) attach(name)
  const got = (name: string) => (arrived[name] ?? []).map(({ message }) => message)
  const sendMany = (from: string, to: string, count: number) => {
    for (let i = 0; i < count; i++) network.send(from, to, i)
  }
  return { queue, network, arrived, attach, got, sendMany }
}

describe("the network", () => {
  it("delivers within the latency range", () => {
    const { queue, arrived, sendMany } = setUp({ latency_ms_min: 3, latency_ms_max: 9, reorder: true })
    sendMany("a", "b", 500)
    queue.runUntil(1000)
    const times = (arrived.b ?? []).map(({ at }) => at)
    expect([Math.min(...times), Math.max(...times), times.length]).toEqual([3, 9, 500])
  })

  it("keeps the order of each link, unless told to reorder", () => {
    const inOrder = Array.from({ length: 200 }, (_, i) => i)
    const ordered = setUp({ delay: 0.2 })
    ordered.sendMany("a", "b", 200)
    ordered.queue.runUntil(10_000)
    expect(ordered.got("b")).toEqual(inOrder)
    const loose = setUp({ delay: 0.2, reorder: true })
    loose.sendMany("a", "b", 200)
    loose.queue.runUntil(10_000)
    expect(loose.got("b")).not.toEqual(inOrder)
    expect(loose.got("b").sort((x, y) => x - y)).toEqual(inOrder)
  })

  it("loses and repeats about as many messages as asked for", () => {
    const { queue, network, sendMany, got } = setUp({ loss: 0.3, duplication: 0.5 })
    sendMany("a", "b", 10_000)
    queue.runUntil(100_000)
    expect(network.counts.lost / 10_000).toBeCloseTo(0.3, 1)
    expect(network.counts.duplicated / (10_000 - network.counts.lost)).toBeCloseTo(0.5, 1)
    expect(got("b")).toHaveLength(network.counts.delivered)
  })

  it("accounts for every message, whatever happens", () => {
    const deed = fc.oneof(
      fc.constant("send" as const),
      fc.constantFrom("cut", "one-way", "heal", "isolate", "rejoin", "crash", "start", "run"),
    )
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(deed, fc.constantFrom("a", "b", "c")), { maxLength: 200 }),
        (seed, deeds) => {
          const { queue, network, attach } = setUp({ loss: 0.1, duplication: 0.1 }, seed)
          for (const [what, name] of deeds) {
            const other = name === "a" ? "b" : "a"
            if (what === "send") network.send(name, other, 1)
            else if (what === "cut") network.cut(name, other)
            else if (what === "one-way") network.cut(name, other, { oneWay: true })
            else if (what === "heal") network.heal()
            else if (what === "isolate") network.isolate(name)
            else if (what === "rejoin") network.rejoin(name)
            else if (what === "crash") network.detach(name)
            else if (what === "start") attach(name)
            else queue.runFor(2)
          }
          queue.runFor(100_000)
          const { sent, duplicated, delivered, lost, cut, unreachable } = network.counts
          expect(delivered + lost + cut + unreachable).toBe(sent + duplicated)
        },
      ),
    )
  })

  it("a cut stops what is sent and what is on its way, both ways or one, until it is mended", () => {
    const { queue, network, got } = setUp()
    network.send("a", "b", 1)
    network.cut("a", "b")
    network.send("b", "a", 2)
    queue.runFor(10)
    expect([got("a"), got("b")]).toEqual([[], []])
    network.mend("b", "a", { oneWay: true })
    network.send("a", "b", 3)
    network.send("b", "a", 4)
    queue.runFor(10)
    expect([got("a"), got("b")]).toEqual([[4], []])
    expect([network.connected("a", "b"), network.connected("b", "a")]).toEqual([false, true])
    network.heal()
    network.send("a", "b", 5)
    queue.runFor(10)
    expect(got("b")).toEqual([5])
  })

  it("an isolated endpoint reaches nobody but itself; a partition keeps groups apart", () => {
    const { queue, network, got } = setUp()
    network.isolate("c")
    for (const name of ["a", "b", "c"]) network.send("c", name, 1)
    network.send("a", "b", 2)
    queue.runFor(10)
    expect([got("a"), got("b"), got("c")]).toEqual([[], [2], [1]])
    network.heal()
    network.partition(["a"], ["b", "c"])
    network.send("a", "b", 3)
    network.send("b", "c", 4)
    queue.runFor(10)
    expect([got("a"), got("b"), got("c")]).toEqual([[], [2], [1, 4]])
  })

  it("what is on its way to an endpoint that crashes is lost, also when it is back before", () => {
    const { queue, network, attach, got } = setUp({ latency_ms_min: 5, latency_ms_max: 5 })
    network.send("a", "b", 1)
    network.send("b", "a", 2)
    network.detach("b")
    attach("b")
    queue.runFor(10)
    expect([got("b"), got("a")]).toEqual([[], [2]])
    expect(network.counts.unreachable).toBe(1)
  })

  it("one link may be slower than the others", () => {
    const { queue, network, arrived } = setUp()
    network.setLink("a", "b", { latency_ms_min: 500, latency_ms_max: 500 })
    network.send("a", "b", 1)
    network.send("a", "c", 1)
    queue.runFor(1000)
    expect(arrived.b?.[0]?.at).toBe(500)
    expect(arrived.c?.[0]?.at).toBeLessThan(6)
    network.setLink("a", "b", undefined)
    network.send("a", "b", 2)
    queue.runFor(10)
    expect(arrived.b).toHaveLength(2)
  })

  it("the same seed gives the same deliveries, another one others", () => {
    const play = (seed: number) => {
      const { queue, arrived, sendMany } = setUp({ loss: 0.1, duplication: 0.1, delay: 0.1, reorder: true }, seed)
      sendMany("a", "b", 100)
      queue.runUntil(10_000)
      return arrived
    }
    expect(play(7)).toEqual(play(7))
    expect(play(7)).not.toEqual(play(8))
  })
})
