import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { globally, globallyOnce, job, ms, replicas, World } from "./world.ts"

/** A cluster with every kind of service, some of it under way, some failing, some waiting. */
function busyWorld(): World {
  const world = new World()
  world.nodes(4, { cpus: 4 })
  world.node("zoned", { labels: { zone: "a" } })
  world.network("net")
  world.behaviours.set("slow", { prepare: 3_000, start: 2_000, stop: 4_000 })
  world.behaviours.set("crash", { exit: { after: 700, code: 1 } })
  world.behaviours.set("work", { exit: { after: 2_500, code: 0 } })
  const of = (Image: string) => ({ ContainerSpec: { Image }, RestartPolicy: { Delay: ms(1_500) } })
  world.create("web", {
    ...replicas(5),
    TaskTemplate: { ...of("app:1"), Networks: [{ Target: "net" }] },
    EndpointSpec: { Ports: [{ TargetPort: 80 }] },
    UpdateConfig: { Parallelism: 1, Delay: ms(2_000), Monitor: ms(1_000) },
  })
  world.create("first", {
    ...replicas(3),
    TaskTemplate: of("slow"),
    UpdateConfig: { Parallelism: 2, Order: "start-first", Monitor: ms(1_000) },
  })
  world.create("agent", { ...globally, TaskTemplate: of("app:1") })
  world.create("crashing", {
    ...replicas(2),
    TaskTemplate: { ...of("crash"), RestartPolicy: { Delay: ms(800), MaxAttempts: 3 } },
  })
  world.create("batch", { ...job(9, 3), TaskTemplate: of("work") })
  world.create("batch-everywhere", { ...globallyOnce, TaskTemplate: of("work") })
  world.create("homeless", {
    ...replicas(2),
    TaskTemplate: { ...of("app:1"), Placement: { Constraints: ["node.labels.zone==moon"] } },
  })
  return world
}

const waits = fc.integer({ min: 0, max: 4_000 })

describe("a change of leader by itself starts and stops no task", () => {
  it("in a quiet cluster: nothing at all is written", () => {
    const world = busyWorld()
    world.run(120_000)
    const commits = world.commits
    world.changeLeader()
    world.run(120_000)
    world.changeLeader()
    expect(world.commits).toBe(commits)
  })

  it("at any moment of updates, restarts and jobs: no task is made or told to stop in the cycle of the change", () => {
    fc.assert(
      fc.property(fc.array(waits, { minLength: 1, maxLength: 8 }), fc.boolean(), (moments, update) => {
        const world = busyWorld()
        world.run(moments[0] ?? 0)
        if (update) {
          for (const service of [...world.store.all("services")]) {
            if (service.Spec.Name === "web" || service.Spec.Name === "first") world.image(service.ID, "app:2")
          }
        }
        for (const moment of moments) {
          world.run(moment)
          const seen = world.seen.length
          world.changeLeader()
          for (const { task, before } of world.seen.slice(seen)) {
            expect(before, `${task.ServiceID} has a new task`).toBeDefined()
            expect(before?.DesiredState, `${task.ServiceID} is told something new`).toBe(task.DesiredState)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it("however often it happens, the cluster comes to the same in the end", () => {
    fc.assert(
      fc.property(fc.array(waits, { maxLength: 10 }), (moments) => {
        const world = busyWorld()
        for (const moment of moments) {
          world.run(moment)
          world.changeLeader()
        }
        world.run(180_000)
        const count = (name: string, state: string) => {
          const [service] = world.store.find("services", "name", name)
          return world.tasks(service?.ID ?? "").filter((task) => task.Status.State === state).length
        }
        expect([count("web", "running"), count("first", "running"), count("agent", "running")]).toEqual([5, 3, 5])
        expect([count("batch", "complete"), count("batch-everywhere", "complete")]).toEqual([9, 5])
        expect([count("crashing", "failed"), count("homeless", "pending")]).toEqual([8, 2])
      }),
      { numRuns: 25 },
    )
  })
})
