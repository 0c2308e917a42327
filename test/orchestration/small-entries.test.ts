import { expect, it, vi } from "vitest"
import { seconds } from "../../core/instant.ts"
import { Cluster } from "../../sim/cluster/cluster.ts"
import { drawPlan } from "../../sim/orchestration/plan.ts"
import { play } from "../../sim/orchestration/run.ts"

// As if entries held three changes and a cycle had room for two new tasks: what only the largest clusters see happens all the time.
vi.mock(import("../../core/limits.ts"), async (load) => {
  const { limits } = await load()
  // The mock's type is that of the literals which it replaces.
  return { limits: Object.assign({}, limits, { changesPerEntry: 3, tasksMadePerCycle: 2 }) }
})

it("what a cycle writes in several entries keeps every property, also when a leader is lost between them", {
  timeout: 600_000,
}, () => {
  const seeds = Number(process.env.DRYDOCK_SEEDS ?? 60)
  const first = Number(process.env.DRYDOCK_SEED ?? 1)
  for (let seed = first; seed < first + seeds; seed++) {
    const { failure } = play(drawPlan(seed))
    if (failure) expect.fail(`seed ${seed}: ${failure.kind}, at ${failure.at_ms} ms: ${failure.what}`)
  }
})

it("a request is answered once what it asked for is committed, and its tasks are made over several cycles", () => {
  const cluster = new Cluster({ seed: "small entries", managers: 3, workers: 5 })
  const sizes: Array<number> = []
  const made: Array<number> = []
  let index = 0
  cluster.world.observe((_host, output) => {
    if (output.type !== "applied" || output.index <= index) return
    index = output.index
    sizes.push(output.changes.length)
    made.push(output.changes.filter((change) => change.table === "tasks" && !change.before).length)
  })
  cluster.createService({
    Name: "web",
    TaskTemplate: { ContainerSpec: { Image: "busybox:1", Args: ["sleep", "1d"] } },
    Mode: { Replicated: { Replicas: 40 } },
  })
  cluster.converge({ within: seconds(60) })
  expect(cluster.running("web")).toHaveLength(40)
  expect(Math.max(...made)).toBe(2)
  cluster.removeService("web")
  cluster.runUntil(() => cluster.tasks().length === 0, { what: "the end of its tasks" })
  expect(Math.max(...sizes)).toBe(3)
})
