import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { rpcError } from "../../core/errors.ts"
import { idLength, newHexId, newId } from "../../core/id.ts"
import { earliest, fromRfc3339, toRfc3339 } from "../../core/instant.ts"
import { isAtMost, isTerminal, stateRank, taskStates } from "../../core/model/task.ts"
import { Random } from "../../core/random.ts"

describe("seeded randomness", () => {
  it("gives the same sequence for the same seed, and another for another", () => {
    const draw = (seed: string) => {
      const random = new Random(seed)
      return Array.from({ length: 8 }, () => random.uint32())
    }
    expect(draw("a")).toEqual(draw("a"))
    expect(draw("a")).not.toEqual(draw("b"))
  })

  it("keeps every value within what was asked for", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1000 }), (seed, n) => {
        const random = new Random(seed)
        const value = random.int(n)
        return Number.isInteger(value) && value >= 0 && value < n && random.next() < 1
      }),
    )
  })

  it("spreads evenly", () => {
    const random = new Random(1)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) {
      const bucket = random.int(10)
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    // Five standard deviations of a fair draw: 10,000 +- 475.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(475)
  })

  it("draws nothing for a fault that is off, so that turning one off does not change the rest", () => {
    const a = new Random("x")
    const b = new Random("x")
    a.chance(0)
    expect(a.uint32()).toBe(b.uint32())
  })
})

describe("IDs", () => {
  it("are 25 characters of base 36, as Swarm's", () => {
    const random = new Random(1)
    for (let i = 0; i < 100; i++) expect(newId(random)).toMatch(/^[0-9a-z]{25}$/)
    expect(idLength).toBe(25)
  })

  it("of containers and local networks are 64 hexadecimal digits", () => {
    expect(newHexId(new Random(1))).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe("instants", () => {
  it("are written as the Engine API writes them, without trailing zeros", () => {
    expect(toRfc3339(Date.parse("2026-01-02T03:04:05.120Z"))).toBe("2026-01-02T03:04:05.12Z")
    expect(toRfc3339(Date.parse("2026-01-02T03:04:00.000Z"))).toBe("2026-01-02T03:04:00Z")
  })

  it("come back from their text", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => fromRfc3339(toRfc3339(at)) === at))
  })

  it("tell the earlier of two wishes to be woken", () => {
    expect(earliest(undefined, 5)).toBe(5)
    expect(earliest(3, undefined)).toBe(3)
    expect(earliest(3, 5)).toBe(3)
  })
})

describe("task states", () => {
  it("stand in Swarm's order", () => {
    expect(taskStates.map(stateRank)).toEqual(taskStates.map((_, i) => i))
    expect(isAtMost("ready", "running")).toBe(true)
    expect(isTerminal("running")).toBe(false)
    expect(isTerminal("complete")).toBe(true)
  })
})

describe("errors of the control API", () => {
  it("keep their gRPC dressing and get the status that Docker gives them", () => {
    expect(rpcError("Unknown", "update out of sequence")).toMatchObject({
      status: 500,
      message: "rpc error: code = Unknown desc = update out of sequence",
    })
    expect(rpcError("AlreadyExists", "x").status).toBe(409)
  })
})
