import { describe, expect, it } from "vitest"
import { globally, ms, World } from "../world.ts"

const nodesOf = (world: World, id: string) =>
  world
    .running(id)
    .map((t) => t.NodeID)
    .sort()

describe("a global service", () => {
  it("has one preassigned task on every node, confirmed by the scheduler", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("agent", globally)
    expect(world.tasks(id)).toHaveLength(3)
    for (const task of world.tasks(id)) {
      expect(task.Slot).toBeUndefined()
      expect(task.Status.Message).toBe("scheduler confirmed task can run on preassigned node")
    }
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["node1", "node2", "node3"])
  })

  it("gets a task on a node that joins", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("agent", globally)
    world.node("late")
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["late", "node1"])
  })

  it("gets no task on a node that is paused or drained until it is active", () => {
    const world = new World()
    world.nodes(3)
    world.availability("node1", "pause")
    world.availability("node2", "drain")
    const id = world.create("agent", globally)
    expect(world.tasks(id).map((t) => t.NodeID)).toEqual(["node3"])
    world.availability("node1", "active")
    world.availability("node2", "active")
    expect(world.tasks(id)).toHaveLength(3)
  })

  it("stops on a node that drains, keeps its task on one that pauses, comes back with a new one", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("agent", globally)
    world.run(1_000)
    world.availability("node1", "drain")
    world.availability("node2", "pause")
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["node2", "node3"])
    const kept = world.running(id).find((t) => t.NodeID === "node2")?.ID
    world.availability("node1", "active")
    world.availability("node2", "active")
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["node1", "node2", "node3"])
    expect(world.running(id).find((t) => t.NodeID === "node2")?.ID).toBe(kept)
    expect(
      world
        .tasks(id)
        .filter((t) => t.NodeID === "node1")
        .map((t) => t.Status.State),
    ).toEqual(["shutdown", "running"])
  })

  it("has no replacement while its node is down", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("agent", globally)
    world.run(1_000)
    world.down("node1")
    world.run(20_000)
    expect(
      world
        .tasks(id)
        .filter((t) => t.NodeID === "node1")
        .map((t) => t.DesiredState),
    ).toEqual(["shutdown"])
    world.up("node1")
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["node1", "node2"])
  })

  it("loses the tasks of a node that is removed", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("agent", globally)
    world.run(1_000)
    world.removeNode("node1")
    expect(world.tasks(id).map((t) => t.NodeID)).toEqual(["node2"])
  })

  it("is restarted on its node", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("crash", { exit: { after: 500, code: 1 } })
    const id = world.create("agent", {
      ...globally,
      TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy: { Delay: ms(1_000), MaxAttempts: 2 } },
    })
    world.run(60_000)
    expect(
      world
        .tasks(id)
        .map((t) => t.NodeID)
        .sort(),
    ).toEqual([...Array(3).fill("node1"), ...Array(3).fill("node2")])
    expect(world.tasks(id).every((t) => t.DesiredState === "shutdown" && t.Status.State === "failed")).toBe(true)
  })

  it("follows its constraints as nodes and service change", () => {
    const world = new World()
    world.node("a", { labels: { disk: "ssd" } })
    world.node("b")
    const id = world.create("agent", {
      ...globally,
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Placement: { Constraints: ["node.labels.disk == ssd"] } },
    })
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["a"])
    world.label("b", { disk: "ssd" })
    world.label("a", {})
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["b"])
    world.update(id, (spec) => ({ ...spec, TaskTemplate: { ContainerSpec: { Image: "app:1" } } }))
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["a", "b"])
  })

  it("says bare what keeps a task pending on its node, and runs it when there is room", () => {
    const world = new World()
    world.node("small", { cpus: 1 })
    const id = world.create("agent", {
      ...globally,
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 2e9 } } },
    })
    expect(world.tasks(id)[0]?.Status).toMatchObject({ State: "pending", Err: "insufficient resources on 1 node" })
    world.changeNode("small", (node) => ({
      ...node,
      Description: { ...node.Description, Resources: { NanoCPUs: 4e9, MemoryBytes: 1e9 } },
    }))
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["small"])
  })

  it("gets the room that other tasks leave on its node", () => {
    const world = new World()
    const reserving = {
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    }
    world.node("small", { cpus: 1 })
    const other = world.create("other", reserving)
    const id = world.create("agent", { ...globally, ...reserving })
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual([])
    world.remove(other)
    world.run(1_000)
    expect(nodesOf(world, id)).toEqual(["small"])
  })

  it("is not updated on a paused node until it is active again", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("agent", globally)
    world.run(1_000)
    world.availability("node1", "pause")
    world.image(id, "app:2")
    world.run(60_000)
    const versions = () =>
      world
        .running(id)
        .map((t) => [t.NodeID, t.SpecVersion.Index])
        .sort()
    expect(versions()).toEqual([
      ["node1", 1],
      ["node2", 2],
    ])
    world.availability("node1", "active")
    world.run(60_000)
    expect(versions()).toEqual([
      ["node1", 2],
      ["node2", 2],
    ])
  })

  it("gets no task from an update on a node that was labelled away since it began, and one when the node is fit again", () => {
    const world = new World()
    world.nodes(3)
    world.behaviours.set("app:2", { prepare: 1_000 })
    const TaskTemplate = {
      ContainerSpec: { Image: "app:1" },
      RestartPolicy: { Condition: "none" },
      Placement: { Constraints: ["node.labels.zone != a"] },
    } as const
    const id = world.create("agent", { ...globally, TaskTemplate })
    world.run(1_000)
    world.update(id, (spec) => ({
      ...spec,
      TaskTemplate: { ...TaskTemplate, ContainerSpec: { Image: "app:2" }, RestartPolicy: { Condition: "any" } },
    }))
    const last = world.tasks(id).filter((t) => t.SpecVersion.Index === 1 && t.DesiredState === "running")
    const away = last.at(-1)?.NodeID ?? ""
    expect(last).toHaveLength(2)
    world.label(away, { zone: "a" })
    world.run(60_000)
    const there = () => world.tasks(id).filter((t) => t.NodeID === away)
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
    expect(there().map((t) => [t.SpecVersion.Index, t.Status.State])).toEqual([[1, "shutdown"]])
    const before = world.tasks(id)
    world.changeLeader()
    world.run(60_000)
    expect(world.tasks(id)).toEqual(before)
    world.label(away, {})
    world.run(60_000)
    expect(there().map((t) => [t.SpecVersion.Index, t.Status.State])).toEqual([
      [1, "shutdown"],
      [2, "running"],
    ])
  })

  it("keeps its task on a node that is paused before an update comes to it, until the node is active again", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("app:2", { prepare: 1_000 })
    const id = world.create("agent", globally)
    world.run(1_000)
    world.image(id, "app:2")
    const kept = world.running(id)[0]
    world.availability(kept?.NodeID ?? "", "pause")
    world.run(60_000)
    expect(world.running(id).map((t) => [t.NodeID === kept?.NodeID, t.SpecVersion.Index])).toContainEqual([true, 1])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
    world.availability(kept?.NodeID ?? "", "active")
    world.run(60_000)
    expect(world.running(id).map((t) => t.SpecVersion.Index)).toEqual([2, 2])
  })
})
