import { describe, expect, it } from "vitest"
import { drawPlan } from "../../sim/orchestration/plan.ts"
import { play } from "../../sim/orchestration/run.ts"

/** DRYDOCK_SEEDS: how many seeds; DRYDOCK_SEED: the first of them. */
const seeds = Number(process.env.DRYDOCK_SEEDS ?? 100)
const first = Number(process.env.DRYDOCK_SEED ?? 1)

describe("whole clusters in random stories", () => {
  it("keep every property after every event, and in peace run what was asked for and stay so", {
    timeout: 600_000,
  }, () => {
    let leaderships = 0
    for (let seed = first; seed < first + seeds; seed++) {
      const { failure, figures } = play(drawPlan(seed))
      if (failure) expect.fail(`${failure.kind}: ${failure.what}; npm run chaos:cluster -- --seed ${seed}`)
      leaderships += figures.leaderships
    }
    // What never happens is not tested.
    expect(leaderships).toBeGreaterThan(seeds)
  })

  it("go the same way again from the same plan", () => {
    const lines = (seed: number): ReadonlyArray<string> => {
      const seen: Array<string> = []
      play(drawPlan(seed), { log: (at, line) => seen.push(`${at} ${line}`) })
      return seen
    }
    expect(lines(3)).toEqual(lines(3))
    expect(lines(3)).not.toEqual(lines(4))
  })
})
