import { expect, it } from "vitest"
import { RestartPolicyKept } from "../../sim/orchestration/checkers/restart-policy.ts"
import { UpdatePace } from "../../sim/orchestration/checkers/update-pace.ts"
import type { Checker } from "../../sim/orchestration/observation.ts"
import { globally, ms, replicas, World } from "../scheduler/world.ts"

/** What the checker says of each entry that is committed from now on. */
function judged(world: World, checker: Checker): ReadonlyArray<string> {
  const said: Array<string> = []
  world.onCommit = (entry) => {
    const wrong = checker.committed?.({ ...entry, after: world.store })
    if (wrong !== undefined) said.push(wrong)
  }
  return said
}

it("a restart is judged by the policy of the task that it replaces, though an update has begun beside it", () => {
  const world = new World()
  world.node("node1")
  world.behaviours.set("missing", { reject: "No such image: missing" })
  const said = judged(world, new RestartPolicyKept())
  const TaskTemplate = { ContainerSpec: { Image: "missing" }, RestartPolicy: { Condition: "none" } } as const
  const id = world.create("agent", {
    ...globally,
    TaskTemplate,
    RollbackConfig: { Parallelism: 1, Order: "start-first" },
  })
  world.run(1_000)
  const RestartPolicy = { Condition: "on-failure", Delay: ms(1_000) } as const
  world.update(id, (spec) => ({ ...spec, TaskTemplate: { ...TaskTemplate, RestartPolicy } }))
  world.run(150)
  const waiting = world.tasks(id).find((task) => task.DesiredState === "ready")
  world.rollback(id)
  world.run(5_000)
  expect(world.service(id).UpdateStatus?.State).toBe("rollback_paused")
  // The first of the spec, the one that the rollback made, and the one in the place of what waited.
  expect(world.tasks(id).filter((task) => task.SpecVersion.Index === 1)).toHaveLength(3)
  expect(waiting && world.store.get("tasks", waiting.ID)).toMatchObject({ SpecVersion: { Index: 2 } })
  expect(said).toEqual([])
})

it("the replacement of what an earlier update had begun on a node that is lost is none of the present update's", () => {
  const world = new World()
  world.nodes(4)
  for (const image of ["app:2", "app:3"]) world.behaviours.set(image, { prepare: 60_000 })
  const id = world.create("web", { ...replicas(2), UpdateConfig: { Parallelism: 0, Order: "start-first" } })
  world.run(1_000)
  const said = judged(world, new UpdatePace())
  world.image(id, "app:2")
  world.run(100)
  world.update(id, (spec) => ({
    ...spec,
    TaskTemplate: { ContainerSpec: { Image: "app:3" } },
    UpdateConfig: { Parallelism: 1 },
  }))
  world.run(100)
  const begun = world.tasks(id).find((task) => task.SpecVersion.Index === 2 && task.DesiredState === "running")
  world.availability(begun?.NodeID ?? "", "drain")
  const made = world.tasks(id).filter((task) => task.SpecVersion.Index === 3)
  expect(made.map((task) => task.Slot)).toEqual([1, 2])
  expect(said).toEqual([])
})

it("a restart against the policy is told", () => {
  const world = new World()
  world.node("node1")
  world.behaviours.set("once", { exit: { after: 100, code: 0 } })
  const said = judged(world, new RestartPolicyKept())
  const id = world.create("agent", {
    ...globally,
    TaskTemplate: { ContainerSpec: { Image: "once" }, RestartPolicy: { Condition: "on-failure" } },
  })
  world.run(1_000)
  world.commit((tx) => {
    const [old] = world.tasks(id)
    if (old) tx.create("tasks", { ...old, ID: "another", DesiredState: "running" })
  })
  expect(said).toHaveLength(1)
  expect(said[0]).toContain("which completed and is restarted on failure only")
})
