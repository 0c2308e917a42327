import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Service, Task } from "../../../cli/client/types.ts"
import { Convergence } from "../../../cli/service/progress/convergence.ts"
import { plainDisplay, terminalDisplay } from "../../../cli/service/progress/display.ts"
import type { Line } from "../../../cli/service/progress/line.ts"
import { failed, idOf, node, service, task } from "../fixtures.ts"

const nodes = [node("node"), node("gone", { Status: { State: "down" } })]

interface Look {
  readonly at: number
  readonly service?: Service
  readonly tasks: ReadonlyArray<Task>
}

/** Shows the looks one after the other; what was displayed, and the outcome with the look that brought it. */
function follow(looks: ReadonlyArray<Look>, first: Service = service("web")) {
  const convergence = new Convergence("web")
  const lines: Line[] = []
  for (const [index, look] of looks.entries()) {
    const seen = look.service ?? first
    for (const step of [
      () => convergence.seeService(seen, look.at),
      () => convergence.seeTasks(seen, look.tasks, nodes, look.at),
    ]) {
      const { lines: shown, outcome } = step()
      lines.push(...shown)
      if (outcome !== undefined) return { text: plain(lines), outcome, index }
    }
  }
  return { text: plain(lines), outcome: undefined, index: looks.length }
}

const plain = (lines: ReadonlyArray<Line>): string => lines.map((line) => plainDisplay.show(line)).join("")

const starting = { Timestamp: "2026-01-01T11:57:00Z", State: "starting" } as const
const up = [task("web", 1), task("web", 2)]

describe("a replicated service", () => {
  it("has converged when all replicas have run for as long as updates are monitored", () => {
    const looks = [0, 200, 400, 5200, 5400].map((at) => ({
      at,
      tasks: at < 200 ? [task("web", 1, { Status: starting })] : up,
    }))
    const { text, outcome, index } = follow(looks)
    expect(outcome).toEqual({})
    expect(index).toBe(3)
    expect(text).toBe(
      [
        "overall progress: 0 out of 2 tasks",
        "1/2:  ",
        "2/2:  ",
        "overall progress: 0 out of 2 tasks",
        "overall progress: 2 out of 2 tasks",
        "verify: Waiting 5 seconds to verify that tasks are stable...",
        "verify: Waiting 5 seconds to verify that tasks are stable...",
        "verify: Service web converged",
        "",
      ].join("\n"),
    )
  })

  it("begins to wait anew when a task fails in between", () => {
    const broken = [task("web", 1), task("web", 2, { Status: failed, DesiredState: "shutdown" })]
    const looks = [
      { at: 0, tasks: up },
      { at: 4800, tasks: broken },
      { at: 5000, tasks: up },
      { at: 9800, tasks: up },
      { at: 10_000, tasks: up },
    ]
    const { text, outcome, index } = follow(looks)
    expect(text).toContain("verify: Detected task failure\n")
    expect([outcome, index]).toEqual([{}, 4])
  })

  it("takes the monitoring time from the spec", () => {
    const first = { ...service("web") }
    const quick: Service = { ...first, Spec: { ...first.Spec, UpdateConfig: { Parallelism: 1, Monitor: 1e9 } } }
    const looks = [0, 900, 1000].map((at) => ({ at, tasks: up }))
    expect(follow(looks, quick)).toMatchObject({ outcome: {}, index: 2 })
  })

  it("counts no task on a node that is down", () => {
    const { text, outcome } = follow([{ at: 0, tasks: [task("web", 1), task("web", 2, { NodeID: idOf("gone") })] }])
    expect(text).toContain("overall progress: 1 out of 2 tasks")
    expect(outcome).toBeUndefined()
  })

  it("judges a slot by the task that is wanted, not by the one it replaces", () => {
    const old = task("web", 1, { ID: idOf("old"), Status: starting, DesiredState: "shutdown" })
    expect(follow([{ at: 0, tasks: [old, ...up] }]).text).toContain("2 out of 2")
    expect(follow([{ at: 0, tasks: [...up, old] }]).text).toContain("2 out of 2")
  })

  it("shows why a task does not run", () => {
    const pending = { Timestamp: "2026-01-01T11:57:00Z", State: "pending", Err: "no suitable node\n(1 node)" } as const
    expect(follow([{ at: 0, tasks: [task("web", 1, { Status: pending })] }]).text).toContain(
      "1/2: no suitable node (1 node)\n",
    )
  })

  it("draws no line a task for more than twenty", () => {
    expect(follow([{ at: 0, tasks: [] }], service("web", { replicas: 21 })).text).toBe(
      "overall progress: 0 out of 21 tasks\noverall progress: 0 out of 21 tasks\n",
    )
  })
})

describe("an update", () => {
  const updated = (State: NonNullable<Service["UpdateStatus"]>["State"], Message = "why") =>
    service("web", { UpdateStatus: { State, Message } })

  it.each([
    ["paused", "service update paused: why"],
    ["rollback_paused", "service rollback paused: why"],
  ] as const)("that is %s ends the wait with an error", (state, error) => {
    expect(follow([{ at: 0, service: updated(state), tasks: [] }]).outcome).toEqual({ error })
  })

  it("that is completed before anything was seen to converge is a success", () => {
    expect(follow([{ at: 0, service: updated("completed"), tasks: [] }])).toMatchObject({ outcome: {}, text: "" })
  })

  it("that is rolled back says so, and is a success once the old tasks run", () => {
    const looks = [
      { at: 0, service: updated("rollback_started"), tasks: [] },
      { at: 200, service: updated("rollback_started"), tasks: [] },
      { at: 400, service: updated("rollback_completed", "done"), tasks: up },
      { at: 5400, service: updated("rollback_completed", "done"), tasks: up },
    ]
    const { text, outcome } = follow(looks)
    expect(outcome).toEqual({})
    expect(text.match(/rollback: why/g)).toHaveLength(1)
    expect(text).toContain("overall progress: rolling back update: 2 out of 2 tasks\n")
    expect(text.endsWith("verify: Service web converged\nrollback: done\n")).toBe(true)
  })
})

describe("other modes", () => {
  it("a global service waits for its first task, then for every node that has one", () => {
    const global = { ...service("web"), Spec: { ...service("web").Spec, Mode: { Global: {} } } }
    const { text } = follow(
      [
        { at: 0, tasks: [] },
        { at: 200, tasks: [task("web", 0)] },
      ],
      global,
    )
    expect(text).toBe(
      "overall progress: waiting for new tasks\noverall progress: 0 out of 1 tasks\noverall progress: 1 out of 1 tasks\n" +
        "verify: Waiting 5 seconds to verify that tasks are stable...\n",
    )
  })

  const done = { Timestamp: "2026-01-01T11:57:00Z", State: "complete" } as const

  it("a replicated job is over when its completions are there, without waiting", () => {
    const base = service("web", { JobStatus: { JobIteration: { Index: 3 } } })
    const job = { ...base, Spec: { ...base.Spec, Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 2 } } } }
    const run = (slot: number, index = 3) => task("web", slot, { Status: done, JobIteration: { Index: index } })
    expect(follow([{ at: 0, tasks: [run(0), run(1, 2)] }], job).outcome).toBeUndefined()
    const { text, outcome } = follow([{ at: 0, tasks: [run(0), run(1)] }], job)
    expect(outcome).toEqual({})
    expect(text.endsWith("active tasks: 0 out of 0 tasks\njob complete\n")).toBe(true)
  })

  it("a global job counts the nodes it was given to at first", () => {
    const base = service("web", { JobStatus: { JobIteration: { Index: 0 } } })
    const job = { ...base, Spec: { ...base.Spec, Mode: { GlobalJob: {} } } }
    const on = (name: string, Status: Task["Status"]) =>
      task("web", 0, { ID: idOf(`t${name}`), NodeID: idOf(name), Status, JobIteration: { Index: 0 } })
    const looks = [
      { at: 0, tasks: [on("node", starting)] },
      { at: 200, tasks: [on("node", done), on("later", starting)] },
    ]
    expect(follow(looks, job)).toMatchObject({ outcome: {}, index: 1 })
  })
})

it("never converges while fewer tasks run than wanted, whatever the looks", () => {
  const states = fc.constantFrom("pending", "starting", "running", "failed", "shutdown" as const)
  const look = fc.record({ gap: fc.integer({ min: 0, max: 6000 }), states: fc.array(states, { maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
      let at = 0
      const seen = looks.map(({ gap, states: all }) => {
        at += gap
        return {
          at,
          tasks: all.map((State, i) => task("web", i + 1, { Status: { Timestamp: "2026-01-01T11:57:00Z", State } })),
        }
      })
      const { outcome, index } = follow(seen, service("web", { replicas: 3 }))
      if (outcome === undefined) return
      const runs = (i: number) => seen[i]?.tasks.filter((one) => one.Status.State === "running").length
      expect(runs(index - 1)).toBe(3)
    }),
  )
})

describe("the display", () => {
  it("writes no bars where there is no terminal", () => {
    expect(plainDisplay.show({ id: "1/3", text: "preparing", bar: { current: 6, total: 9 } })).toBe("")
  })

  it("redraws a line in place on a terminal", () => {
    const display = terminalDisplay(120)
    expect(display.show({ id: "a", text: "x" })).toBe("\n\x1b[1A\x1b[2K\ra: x \r\x1b[1B")
    expect(display.show({ id: "b", text: "y" })).toBe("\n\x1b[1A\x1b[2K\rb: y \r\x1b[1B")
    expect(display.show({ id: "a", text: "z", bar: { current: 9, total: 9 } })).toBe(
      `\x1b[2A\x1b[2K\ra: z [${"=".repeat(50)}>] \r\x1b[2B`,
    )
    expect(display.show({ id: "", text: "job complete", final: true })).toBe("job complete\n")
  })
})
