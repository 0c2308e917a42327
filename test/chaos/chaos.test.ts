import { describe, expect, it } from "vitest"
import { noFigures } from "../../sim/chaos/figures.ts"
import { drawPlan } from "../../sim/chaos/plan.ts"
import { play } from "../../sim/chaos/run.ts"

/** DRYDOCK_SEEDS: how many seeds; DRYDOCK_SEED: the first of them. */
const seeds = Number(process.env.DRYDOCK_SEEDS ?? 300)
const first = Number(process.env.DRYDOCK_SEED ?? 1)

describe("chaos", () => {
  it("finds members safe, healed quorums at work, and clients' histories linearizable", () => {
    const sum = noFigures()
    for (let seed = first; seed < first + seeds; seed++) {
      const { failure, figures } = play(drawPlan(seed))
      if (failure !== undefined) expect.fail(`${failure.kind}: ${failure.what}; npm run chaos -- --seed ${seed}`)
      sum.add(figures)
    }
    expect(sum.undecided).toBe(0)
    // What never happens is not tested: each of these belongs to an ordinary day of this suite.
    const { crashes, elections, entries, snapshots, restores, configurations, operations, unknown } = sum
    for (const count of [crashes, elections, entries, snapshots, restores, configurations, operations, unknown])
      expect(count).toBeGreaterThan(seeds / 10)
  }, 600_000)
})
