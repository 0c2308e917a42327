import { describe, expect, it } from "vitest"
import { isTerminal } from "../../core/model/task.ts"
import { job, ms, replicas, World } from "./world.ts"

/** Scenarios in which the real thing was found wrong, by the numbers they were reported under. */
describe("known bugs of the real thing", () => {
  it("moby#42295: no task starts on a node that was drained in the same moment or before", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("web", replicas(6))
    world.run(1_000)
    world.commit((tx) => {
      const node = tx.get("nodes", "node3")
      if (node) tx.update("nodes", { ...node, Spec: { ...node.Spec, Availability: "drain" } })
      const service = tx.get("services", id)
      if (service) tx.update("services", { ...service, Spec: { ...service.Spec, ...replicas(9) } })
    })
    const from = world.seen.length
    world.run(1_000)
    world.changeLeader()
    world.image(id, "app:2")
    world.run(120_000)
    const there = world.seen.slice(from).filter(({ task }) => task.NodeID === "node3")
    expect(there.filter(({ task }) => ["assigned", "starting", "running"].includes(task.Status.State))).toEqual([])
    expect(world.running(id)).toHaveLength(9)
    expect(world.running(id).some((task) => task.NodeID === "node3")).toBe(false)
  })

  it("moby#43081: a rollback leaves tasks of the old spec alone that run", () => {
    const world = new World()
    world.nodes(3)
    world.behaviours.set("bad", { exit: { after: 200, code: 1 } })
    const id = world.create("web", {
      ...replicas(6),
      UpdateConfig: { Parallelism: 1, FailureAction: "rollback", Monitor: ms(2_000) },
      RollbackConfig: { Parallelism: 1, Monitor: ms(1_000) },
    })
    world.run(10_000)
    const old = new Set(world.running(id).map((task) => task.ID))
    world.image(id, "bad")
    for (let at = 0; at < 10_000 && world.service(id).UpdateStatus?.State === "updating"; at += 10) world.run(10)
    expect(world.service(id).UpdateStatus?.State).toBe("rollback_started")
    const healthy = world.running(id).filter((task) => old.has(task.ID))
    expect(healthy.length).toBeGreaterThanOrEqual(3)
    world.run(60_000)
    expect(world.service(id).UpdateStatus?.State).toBe("rollback_completed")
    for (const { ID } of healthy) expect(world.store.get("tasks", ID)).toMatchObject({ DesiredState: "running" })
    expect(world.running(id)).toHaveLength(6)
  })

  describe("moby#37338: addresses of services that come and go are free again, ingress included", () => {
    /** Two networks, ingress and another, of 13 addresses each. */
    const small = () => {
      const world = new World({ ingress: false })
      world.network("ingress", "10.8.0.0/28", { Ingress: true })
      world.network("net", "10.9.0.0/28")
      world.nodes(2)
      return world
    }
    /** Takes so many and one more addresses on both. */
    const create = (world: World, name: string, count: number, PublishedPort: number) =>
      world.create(name, {
        ...replicas(count),
        TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "net" }] },
        EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort }] },
      })

    for (const who of ["the leader that gave them", "the next leader"])
      it(`when services are removed under ${who}`, () => {
        const world = small()
        for (let round = 0; round < 15; round++) {
          const ids = [8081, 8082, 8083].map((port) => create(world, `web${round}-${port}`, 3, port))
          world.run(1_000)
          for (const id of ids) expect(world.running(id), `round ${round}`).toHaveLength(3)
          if (who === "the next leader") world.changeLeader()
          for (const id of ids) world.remove(id)
          world.run(1_000)
          for (const id of ids) expect(world.tasks(id)).toHaveLength(0)
        }
      })

    it("when tasks are replaced, though what was in their place stays as history", () => {
      const world = small()
      const id = create(world, "web", 6, 8080)
      for (let round = 0; round < 15; round++) {
        world.update(id, (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: round } }))
        world.run(30_000)
        expect(world.running(id), `round ${round}`).toHaveLength(6)
        expect(world.service(id).UpdateStatus?.State ?? "completed").toBe("completed")
      }
    })

    it("when a service leaves one of its networks, or needs its ports no more", () => {
      const world = small()
      const ids = [8081, 8082, 8083].map((port) => create(world, `web${port}`, 3, port))
      world.run(1_000)
      for (const id of ids) {
        world.update(id, ({ EndpointSpec: _, ...spec }) => ({
          ...spec,
          TaskTemplate: { ContainerSpec: { Image: "app:1" } },
        }))
        world.run(30_000)
      }
      const others = [8081, 8082, 8083].map((port) => create(world, `other${port}`, 3, port))
      world.run(1_000)
      for (const id of others) expect(world.running(id)).toHaveLength(3)
    })
  })

  it("moby#32999: a pending task is tried again whenever something may have made room", () => {
    const makesRoom: ReadonlyArray<readonly [string, (world: World, ballast: string) => void]> = [
      ["a task ends", (world, ballast) => world.remove(ballast)],
      ["a node joins", (world) => world.node("node2", { cpus: 1 })],
      ["a node is active again", (world) => world.availability("paused", "active")],
      ["a node is back", (world) => world.up("away")],
    ]
    for (const [what, make] of makesRoom) {
      const world = new World()
      world.node("node1", { cpus: 1 })
      world.node("paused", { cpus: 1 })
      world.availability("paused", "pause")
      world.node("away", { cpus: 1 })
      world.down("away")
      const spec = { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 1e9 } } }
      const ballast = world.create("ballast", { TaskTemplate: spec })
      const id = world.create("web", { TaskTemplate: spec })
      world.run(600_000)
      expect(world.running(id), what).toHaveLength(0)
      make(world, ballast)
      world.run(1_000)
      expect(world.running(id), what).toHaveLength(1)
    }
  })

  it("docker/cli#5299: one-shot services come to rest, as jobs and under the restart conditions none and on-failure", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("once", { exit: { after: 500, code: 0 } })
    const TaskTemplate = { ContainerSpec: { Image: "once" } }
    const ids = [
      world.create("job", { ...job(2), TaskTemplate }),
      world.create("queue", { ...job(3, 1), TaskTemplate }),
      world.create("none", { TaskTemplate: { ...TaskTemplate, RestartPolicy: { Condition: "none" } } }),
      world.create("failure", { TaskTemplate: { ...TaskTemplate, RestartPolicy: { Condition: "on-failure" } } }),
    ]
    world.run(60_000)
    for (const id of ids) {
      expect(world.tasks(id).map((task) => task.Status.State)).toEqual(world.tasks(id).map(() => "complete"))
      expect(world.service(id).UpdateStatus).toBeUndefined()
    }
    expect(ids.map((id) => world.tasks(id).length)).toEqual([2, 3, 1, 1])
    // An update of what has ended runs it once more, and ends too: paused, as the task ends while it is watched, unless that is to be no matter.
    for (const [FailureAction, State] of [
      ["pause", "paused"],
      ["continue", "completed"],
    ] as const)
      for (const id of ids.slice(2)) {
        world.update(id, (spec) => ({
          ...spec,
          UpdateConfig: { Parallelism: 1, FailureAction },
          TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: (spec.TaskTemplate.ForceUpdate ?? 0) + 1 },
        }))
        world.run(60_000)
        expect(world.service(id).UpdateStatus?.State).toBe(State)
        expect(world.tasks(id).filter((task) => task.Status.State !== "complete")).toEqual([])
      }
    expect(world.nextWake).toBeUndefined()
  })

  it("moby#37165: a change of leader restarts no task, while nodes are unknown neither", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("web", replicas(6))
    world.run(10_000)
    const before = world.running(id).map((task) => task.ID)
    world.changeLeader()
    for (const node of ["node1", "node2", "node3"])
      world.changeNode(node, (one) => ({ ...one, Status: { ...one.Status, State: "unknown" } }))
    world.run(10_000)
    for (const node of ["node3", "node1", "node2"])
      world.changeNode(node, (one) => ({ ...one, Status: { ...one.Status, State: "ready" } }))
    world.run(60_000)
    expect(world.running(id).map((task) => task.ID)).toEqual(before)
    expect([...world.store.all("tasks")].some((task) => isTerminal(task.Status.State))).toBe(false)
  })
})
