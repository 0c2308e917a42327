import { describe, expect, it } from "vitest"
import { ms, replicas, World } from "../world.ts"

const onSsd = {
  ...replicas(2),
  TaskTemplate: {
    ContainerSpec: { Image: "app:1" },
    Placement: { Constraints: ["node.labels.disk == ssd"] },
    RestartPolicy: { Delay: ms(1_000) },
  },
}

function ssdWorld(): [World, string] {
  const world = new World()
  world.node("a", { labels: { disk: "ssd" } })
  world.node("b", { labels: { disk: "ssd" } })
  const id = world.create("db", onSsd)
  world.run(1_000)
  return [world, id]
}

describe("the constraint enforcer", () => {
  it("rejects tasks whose node no longer meets the constraints; they are replaced elsewhere", () => {
    const [world, id] = ssdWorld()
    world.label("a", {})
    const rejected = world.tasks(id).find((t) => t.NodeID === "a")
    expect(rejected?.Status).toMatchObject({ State: "rejected", Err: "assigned node no longer meets constraints" })
    world.run(5_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["b", "b"])
  })

  it("leaves paused nodes alone", () => {
    const [world, id] = ssdWorld()
    world.availability("a", "pause")
    world.label("a", {})
    world.run(5_000)
    expect(
      world
        .running(id)
        .map((t) => t.NodeID)
        .sort(),
    ).toEqual(["a", "b"])
    world.availability("a", "active")
    world.run(5_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["b", "b"])
  })

  it("goes by the service's present constraints, not by those a task was made with", () => {
    const world = new World()
    world.node("a", { labels: { disk: "ssd" } })
    world.node("b", { labels: { disk: "ssd" } })
    const id = world.create("db", replicas(2))
    world.run(1_000)
    world.update(id, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, Placement: { Constraints: ["node.labels.disk == ssd"] } },
    }))
    world.run(10_000)
    expect(world.running(id).map((t) => t.SpecVersion.Index)).toEqual([1, 1])
    world.label("a", {})
    world.run(10_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["b", "b"])
  })

  it("rejects what a shrunken node cannot hold", () => {
    const world = new World()
    world.node("a", { cpus: 4 })
    const id = world.create("db", {
      ...replicas(4),
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    })
    world.run(1_000)
    world.changeNode("a", (node) => ({
      ...node,
      Description: { ...node.Description, Resources: { NanoCPUs: 3e9, MemoryBytes: 1e9 } },
    }))
    expect(world.tasks(id).filter((t) => t.Status.State === "rejected")).toHaveLength(1)
    world.run(10_000)
    expect(world.running(id)).toHaveLength(3)
  })

  it("does not look at what a node's state alone changes", () => {
    const [world, id] = ssdWorld()
    const before = world.tasks(id)
    world.changeNode("a", (node) => ({ ...node, Status: { ...node.Status, State: "unknown" } }))
    world.run(5_000)
    expect(world.tasks(id)).toEqual(before)
  })
})
