import { afterEach, describe, expect, it, vi } from "vitest"
import { parseArguments } from "../../sim/chaos/arguments.ts"
import { runChaos, traceOf } from "../../sim/chaos/chaos.ts"
import { drawPlan } from "../../sim/chaos/plan.ts"
import { Registers } from "../../sim/chaos/registers.ts"
import { type Failure, play } from "../../sim/chaos/run.ts"
import { keep, shrink } from "../../sim/chaos/shrink.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

describe("a run", () => {
  it("is the same, to the last message, for the same seed, and another for another seed", () => {
    expect(traceOf(drawPlan(7))).toBe(traceOf(drawPlan(7)))
    expect(traceOf(drawPlan(7))).not.toBe(traceOf(drawPlan(8)))
  })

  it("does not depend on what ran before it in the process", () => {
    const alone = traceOf(drawPlan(11))
    for (const seed of [1, 2, 3]) play(drawPlan(seed))
    expect(traceOf(drawPlan(11))).toBe(alone)
  })

  it("is not changed by being logged", () => {
    const silent = play(drawPlan(5))
    const lines: string[] = []
    const aloud = play(drawPlan(5), { log: (_, line) => lines.push(line) })
    expect(aloud.operations).toEqual(silent.operations)
    expect(lines.length).toBeGreaterThan(50)
  })

  it("has groups of every size from one to seven among a few seeds", () => {
    const sizes = new Set(Array.from({ length: 200 }, (_, seed) => drawPlan(seed).size))
    expect([...sizes].sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

describe("a failure", () => {
  const plan = drawPlan(3)

  it("is shrunk to the steps and clients that it takes", () => {
    const needed = [2, 5].map((i) => plan.steps[i])
    const client = plan.clients[1]
    const failure: Failure = { kind: "planted", at_ms: 0, what: "" }
    const shrunk = shrink(plan, failure, (candidate) => {
      const all = needed.every((step) => step && candidate.steps.includes(step)) && client
      return all && candidate.clients.includes(client) ? failure : undefined
    })
    expect(shrunk.kept).toEqual({ steps: [2, 5], clients: [1] })
    expect(shrunk.plan).toEqual(keep(plan, { steps: [2, 5], clients: [1] }))
  })

  it("that becomes another kind of failure is not followed", () => {
    const failure: Failure = { kind: "planted", at_ms: 0, what: "" }
    const shrunk = shrink(plan, failure, ({ steps }) =>
      steps.length === plan.steps.length ? failure : { ...failure, kind: "another" },
    )
    expect(shrunk.kept.steps).toHaveLength(plan.steps.length)
  })

  it("is reported with its seed, the shrunk schedule, a log, and a command that shows the same again", () => {
    vi.spyOn(Registers.prototype, "get").mockReturnValue(0)
    const first = print(["--seed", "1"])
    expect(first.ok).toBe(false)
    expect(first.text).toMatch(/^seed 1 fails: linearizability, at \d+ ms/)
    expect(first.text).toMatch(/shrunk in \d+ runs to \d+ of \d+ steps/)
    expect(first.text).toMatch(/\d+ {2}asks for: client/)
    const replay = /replay this: {6}npm run chaos -- (.*)$/m.exec(first.text)?.[1]
    const again = print((replay ?? "").split(" ").map((word) => (word === '""' ? "" : word)))
    const verdict = (text: string) => text.split("\n").findLast((line) => line.startsWith("linearizability"))
    expect(verdict(again.text)).toBe(verdict(first.text))
  })
})

describe("the command line", () => {
  it("plays 300 seeds from 1 on, or the one seed it is given", () => {
    expect(parseArguments([])).toMatchObject({ seed: 1, seeds: 300 })
    expect(parseArguments(["--seed", "42"])).toMatchObject({ seed: 42, seeds: 1 })
    expect(parseArguments(["--seed=42", "--seeds=7"])).toMatchObject({ seed: 42, seeds: 7 })
  })

  it("refuses what it does not understand", () => {
    expect(parseArguments(["--sneeds", "4"])).toBe("unknown option: --sneeds")
    expect(parseArguments(["--seeds"])).toBe("--seeds needs a value")
    expect(parseArguments(["--seeds", "0"])).toBe("--seeds must be a whole number, at least 1")
    expect(parseArguments(["--minutes", "soon"])).toBe("--minutes must be more than 0")
    expect(parseArguments(["--steps", "1,x"])).toBe("--steps and --clients take numbers with commas between")
  })

  it("begins no seed after the minutes are over", () => {
    let now_ms = 0
    const lines: string[] = []
    const options = { seed: 1, seeds: 50, minutes: 1, log: false }
    const ok = runChaos(options, {
      print: (line) => lines.push(line),
      now_ms: () => {
        now_ms += 25_000
        return now_ms
      },
    })
    expect(ok).toBe(true)
    expect(lines.join()).toMatch(/^no violation\. .* runs 2,/)
  })
})

function print(words: ReadonlyArray<string>): { readonly ok: boolean; readonly text: string } {
  const options = parseArguments(words)
  if (typeof options === "string") throw new Error(options)
  const lines: string[] = []
  const ok = runChaos(options, { print: (line) => lines.push(line), now_ms: () => 0 })
  return { ok, text: lines.join("\n") }
}
