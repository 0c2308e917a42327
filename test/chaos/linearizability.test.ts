import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Action, Operation, Result } from "../../sim/chaos/history.ts"
import { checkLinearizable } from "../../sim/chaos/linearizability.ts"
import { perform, register, registerOfUniqueValues } from "../../sim/chaos/registers.ts"

const write = (value: number): Action => ({ type: "write", value })
const cas = (expected: number, value: number): Action => ({ type: "cas", expected, value })
const read: Action = { type: "read" }

/** A history written as [call, end, action, result]; without an end the outcome is unknown. */
type Line = readonly [call: number, end: number | undefined, action: Action, result?: Result]

const historyOf = (...lines: ReadonlyArray<Line>): Operation[] =>
  lines
    .map(([call, end, action, result], i) => ({ client: i + 1, key: 1, action, call, end, result }))
    .sort((a, b) => a.call - b.call)

const verdictOf = (...lines: ReadonlyArray<Line>) => {
  const operations = historyOf(...lines)
  const verdict = checkLinearizable(register, operations).outcome
  expect(checkLinearizable(registerOfUniqueValues, operations).outcome).toBe(verdict)
  return verdict
}

describe("a history is linearizable", () => {
  it("when nothing happened", () => {
    expect(verdictOf()).toBe("linearizable")
  })

  it("when one client after another finds what was left", () => {
    expect(verdictOf([1, 2, read, 0], [3, 4, write(1), true], [5, 6, read, 1])).toBe("linearizable")
  })

  it("when a read during a write finds the old or the new value", () => {
    expect(verdictOf([1, 4, write(1), true], [2, 3, read, 0])).toBe("linearizable")
    expect(verdictOf([1, 4, write(1), true], [2, 3, read, 1])).toBe("linearizable")
  })

  it("when two writes at once are seen in one order, whichever", () => {
    const writes: Line[] = [
      [1, 10, write(1), true],
      [2, 9, write(2), true],
    ]
    expect(verdictOf(...writes, [3, 4, read, 1], [5, 6, read, 2])).toBe("linearizable")
    expect(verdictOf(...writes, [3, 4, read, 2], [5, 6, read, 1])).toBe("linearizable")
  })

  it("when a write of unknown outcome shows long after, or never", () => {
    const unknown: Line = [1, undefined, write(1)]
    expect(verdictOf(unknown, [2, 3, read, 0], [4, 5, write(2), true], [6, 7, read, 2])).toBe("linearizable")
    expect(verdictOf(unknown, [2, 3, read, 0], [4, 5, write(2), true], [6, 7, read, 1])).toBe("linearizable")
  })

  it("when a compare-and-set failed because an unknown write that nobody saw came between", () => {
    const lines: Line[] = [
      [1, 2, write(1), true],
      [3, undefined, write(2)],
      [4, 5, cas(1, 3), false],
    ]
    expect(verdictOf(...lines)).toBe("linearizable")
    expect(verdictOf(...lines, [6, 7, read, 1])).toBe("not linearizable")
  })
})

describe("a history is not linearizable", () => {
  it("when a read misses a write that had ended (stale read)", () => {
    expect(verdictOf([1, 2, write(1), true], [3, 4, read, 0])).toBe("not linearizable")
  })

  it("when a value is seen, and then no longer", () => {
    expect(verdictOf([1, 10, write(1), true], [2, 3, read, 1], [4, 5, read, 0])).toBe("not linearizable")
  })

  it("when two readers see two writes in different orders", () => {
    const lines: Line[] = [
      [1, 20, write(1), true],
      [2, 20.5, write(2), true],
      [3, 4, read, 1],
      [5, 6, read, 2],
      [7, 8, read, 1],
    ]
    expect(verdictOf(...lines)).toBe("not linearizable")
  })

  it("when two compare-and-sets of one value both succeed", () => {
    expect(verdictOf([1, 4, cas(0, 1), true], [2, 3, cas(0, 2), true])).toBe("not linearizable")
  })

  it("when a compare-and-set fails though nothing else was there", () => {
    expect(verdictOf([1, 2, write(1), true], [3, 4, cas(1, 2), false])).toBe("not linearizable")
  })

  it("when a value is read that nobody wrote, or before it was written", () => {
    expect(verdictOf([1, 2, read, 7])).toBe("not linearizable")
    expect(verdictOf([1, 2, read, 7], [3, 4, write(7), true])).toBe("not linearizable")
  })

  it("and it says how far it came and what cannot follow", () => {
    const operations = historyOf([1, 2, write(1), true], [3, 4, read, 1], [5, 6, read, 0])
    const verdict = checkLinearizable(register, operations)
    expect(verdict).toMatchObject({ order: operations.slice(0, 2), stuck: operations.slice(2) })
  })
})

describe("the search", () => {
  it("gives up after as many steps as it is allowed", () => {
    const operations = historyOf([1, 10, write(1), true], [2, 11, write(2), true], [3, 12, write(3), true])
    expect(checkLinearizable(register, operations, 1).outcome).toBe("undecided")
  })

  it("does not slow down with a hundred writes of unknown outcome", () => {
    const unknown = Array.from({ length: 100 }, (_, i): Line => [i + 1, undefined, write(i + 1)])
    const reads = Array.from({ length: 100 }, (_, i): Line => [200 + 2 * i, 201 + 2 * i, read, i + 1])
    const verdict = checkLinearizable(registerOfUniqueValues, historyOf(...unknown, ...reads))
    expect(verdict).toMatchObject({ outcome: "linearizable" })
    expect(verdict.steps).toBeLessThan(20_000)
  })

  it("agrees with trying every order", () => {
    fc.assert(
      fc.property(fc.oneof(anyHistory, likelyHistory), (operations) => {
        const expected = existsOrder(operations, 0) ? "linearizable" : "not linearizable"
        expect(checkLinearizable(register, operations).outcome).toBe(expected)
        expect(checkLinearizable(registerOfUniqueValues, operations).outcome).toBe(expected)
      }),
      { numRuns: Number(process.env.DRYDOCK_HISTORIES ?? 3_000) },
    )
  })
})

/** Up to seven operations, each write with its own value, that begin and end in any order, with any results. */
const anyHistory: fc.Arbitrary<Operation[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom("write", "cas", "read"),
      from: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 1, max: 12 }),
      known: fc.boolean(),
      expected: fc.integer({ min: 0, max: 5 }),
      result: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 7 },
  )
  .map((drawn) =>
    historyOf(
      ...drawn.map(({ type, from, length, known, expected, result }, i): Line => {
        const action = type === "write" ? write(i + 1) : type === "cas" ? cas(expected, i + 1) : read
        // No two instants of a history are the same.
        const call = from + i / 100
        if (!known) return [call, undefined, action]
        return [call, call + length + 0.001, action, type === "write" ? true : type === "cas" ? result > 2 : result]
      }),
    ),
  )

/** The same with results as they come about when each operation happens somewhere in its time; one result may be another. */
const likelyHistory: fc.Arbitrary<Operation[]> = fc
  .tuple(anyHistory, fc.array(fc.nat(), { minLength: 7, maxLength: 7 }), fc.nat(), fc.boolean())
  .map(([operations, moments, liar, lies]) => {
    const places = operations.map((operation, i) => {
      const end = operation.end ?? operation.call + 12
      return { operation, at: operation.call + ((moments[i] ?? 0) / 2 ** 31) * (end - operation.call), i }
    })
    let state = 0
    const results = new Map<number, Result>()
    for (const { operation, i } of places.sort((a, b) => a.at - b.at)) {
      const [after, result] = perform(state, operation.action)
      state = after
      results.set(i, result)
    }
    return operations.map((operation, i) => {
      const wrong = lies && i === liar % operations.length && operation.action.type !== "write"
      return operation.end === undefined || wrong ? operation : { ...operation, result: results.get(i) }
    })
  })

/** The definition, word for word: some order of all that is known and some of the rest explains it all. */
function existsOrder(left: ReadonlyArray<Operation>, state: number): boolean {
  if (left.every(({ end }) => end === undefined)) return true
  return left.some((operation) => {
    if (left.some(({ end }) => end !== undefined && end < operation.call)) return false
    const [after, result] = perform(state, operation.action)
    if (operation.end !== undefined && result !== operation.result) return false
    return existsOrder(
      left.filter((other) => other !== operation),
      after,
    )
  })
}
