import { describe, expect, it } from "vitest"
import { traceOfSeed } from "../../sim/trace-run.ts"

describe("a run", () => {
  it("is the same, to the last message, whenever its seed is the same", () => {
    const first = traceOfSeed("a seed")
    expect(traceOfSeed("a seed")).toEqual(first)
    expect(first.steps).toBeGreaterThan(1000)
  })

  it("is another one for another seed", () => {
    expect(traceOfSeed("a seed").digest).not.toBe(traceOfSeed("another seed").digest)
  })
})
