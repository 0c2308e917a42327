import { describe, expect, it } from "vitest"
import type { ServiceSpec } from "../../core/model/service.ts"
import { capacity, roomFor } from "../../scheduler/explain/capacity.ts"
import { explainTask } from "../../scheduler/explain/explain.ts"
import { globally, replicas, World } from "./world.ts"

const wanting = (
  cpus: number,
  placement: NonNullable<ServiceSpec["TaskTemplate"]["Placement"]> = {},
  count = 1,
): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: {
    ContainerSpec: { Image: "app:1" },
    Resources: { Reservations: { NanoCPUs: cpus * 1e9 } },
    Placement: placement,
  },
})

function explained(world: World, id: string, nth = 0) {
  const task = world.tasks(id).at(nth)
  if (!task) throw new Error("no task")
  return explainTask(world.store, world.now, task)
}

describe("the explanation of a pending task", () => {
  it("has every node with every filter's verdict, not only the first that failed", () => {
    const world = new World()
    world.node("small", { cpus: 1 })
    world.availability("small", "pause")
    const id = world.create("web", wanting(2, { Constraints: ["node.labels.zone==a"] }))
    const { Nodes, Summary } = explained(world, id)
    expect(Summary).toBe("no suitable node (1 node not available for new tasks)")
    expect(Nodes[0]?.Filters).toEqual([
      { Name: "ready", Passes: false, Detail: "availability is pause" },
      { Name: "resources", Passes: false, Detail: "1 CPU short" },
      { Name: "constraint", Passes: false, Detail: "node.labels.zone==a does not hold" },
    ])
  })

  const remedies: ReadonlyArray<[string, (world: World) => string, ReadonlyArray<string> | undefined]> = [
    ["add a node, where there is none", (world) => world.create("web"), ["add a node"]],
    [
      "free what is short, on the node where least else is wrong",
      (world) => {
        world.node("worker1", { cpus: 2 })
        world.node("worker2", { cpus: 2, labels: { zone: "a" } })
        world.create("ballast", wanting(1.5, {}, 2))
        return world.create("web", wanting(1, { Constraints: ["node.labels.zone==a"] }))
      },
      ["free 0.5 CPU on worker2"],
    ],
    [
      "add a label",
      (world) => {
        world.node("x")
        return world.create("web", wanting(1, { Constraints: ["node.labels.zone==a"] }))
      },
      ["add label zone=a to x"],
    ],
    [
      "raise the limit of tasks per node",
      (world) => {
        world.node("x")
        return world.create("web", wanting(0, { MaxReplicas: 1 }, 2))
      },
      ["raise max replicas per node to 2"],
    ],
    [
      "make a drained node active",
      (world) => {
        world.node("x")
        world.availability("x", "drain")
        return world.create("web")
      },
      ["make x active"],
    ],
    [
      "several things together",
      (world) => {
        world.node("x", { cpus: 1 })
        world.create("ballast", wanting(1))
        return world.create("web", wanting(1, { Constraints: ["node.labels.zone==a", "node.role==manager"] }))
      },
      ["free 1 CPU on x", "add label zone=a to x", "promote x"],
    ],
    [
      "nothing, where only another machine would do",
      (world) => {
        world.node("x")
        return world.create("web", wanting(1, { Constraints: ["node.hostname==y"] }))
      },
      undefined,
    ],
  ]
  it.each(remedies)("says what to do: %s", (_, prepare, change) => {
    const world = new World()
    const id = prepare(world)
    const pending = world.tasks(id).findIndex((task) => task.NodeID === undefined)
    expect(explained(world, id, pending).NearestChange).toEqual(change)
  })

  it("is right: the task is placed when the change is made", () => {
    const world = new World()
    world.node("worker1", { cpus: 2 })
    const ballast = world.create("ballast", wanting(1.5))
    const id = world.create("web", wanting(1, { Constraints: ["node.labels.zone==a"] }))
    expect(explained(world, id).NearestChange).toEqual(["free 0.5 CPU on worker1", "add label zone=a to worker1"])
    world.remove(ballast)
    world.label("worker1", { zone: "a" })
    world.run(1_000)
    expect(world.running(id)).toHaveLength(1)
  })
})

describe("the explanation of a placed task", () => {
  it("tells that no node has fewer tasks, the task itself not counted", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("web", replicas(3))
    world.run(1_000)
    const { Summary, Nodes, NearestChange } = explained(world, id)
    expect(Summary).toBe(
      "of 3 nodes that it fits on, none has fewer than node1: 0 other tasks of the service and 0 in all",
    )
    expect(Nodes[0]).toMatchObject({ ID: "node1", Fits: true, TasksOfService: 0 })
    expect(NearestChange).toBeUndefined()
  })

  it("tells when another node would be chosen today", () => {
    const world = new World()
    world.node("node1")
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.node("node2")
    expect(explained(world, id).Summary).toBe(
      "was placed on node1, which has 1 other tasks of the service and 1 in all; today node2 would be chosen (0 and 0)",
    )
  })

  it("of a global service speaks of its node alone", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("g", globally)
    world.run(1_000)
    expect(explained(world, id).Nodes).toHaveLength(1)
    expect(explained(world, id).Summary).toContain("one task on every node")
  })
})

describe("capacity", () => {
  it("is what nodes have, and what tasks that have not ended reserve", () => {
    const world = new World()
    world.node("node1", { cpus: 4 })
    world.create("web", wanting(1.5, {}, 2))
    world.run(1_000)
    expect(capacity(world.store)).toEqual([
      expect.objectContaining({ ID: "node1", NanoCPUs: 4e9, ReservedNanoCPUs: 3e9, Tasks: 2 }),
    ])
  })

  it.each([1, 2, 3])("of a service is exactly how many more are placed when it is scaled (%d CPU each)", (cpus) => {
    const world = new World()
    world.node("node1", { cpus: 7 })
    world.node("node2", { cpus: 5 })
    const id = world.create("web", wanting(cpus))
    const room = roomFor(world.store, world.now, world.service(id))
    expect(room.Unlimited).toBe(false)
    world.scale(id, 1 + room.Fit + 3)
    expect(world.tasks(id).filter((task) => task.NodeID !== undefined)).toHaveLength(1 + room.Fit)
  })

  it("is unlimited where nothing that the service takes up can run out", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("web")
    expect(roomFor(world.store, world.now, world.service(id))).toEqual({ Fit: 0, Unlimited: true })
  })
})
