import { describe, expect, it } from "vitest"
import { replicas, World } from "../world.ts"

describe("a replicated service", () => {
  it("has its tasks, their spec and their nodes in the commit that creates it", () => {
    const world = new World()
    world.nodes(3)
    const commits = world.commits
    const id = world.create("web", replicas(6))
    expect(world.commits - commits).toBe(1)
    expect(world.tasks(id).map((t) => [t.Slot, t.Status.State, t.DesiredState])).toEqual(
      [1, 2, 3, 4, 5, 6].map((slot) => [slot, "assigned", "running"]),
    )
    expect(world.tasks(id)[0]?.Status.Message).toBe("scheduler assigned task to node")
    expect(world.store.get("specs", `${id}.1`)).toMatchObject({
      ServiceName: "web",
      Spec: { ContainerSpec: { Image: "app:1" } },
    })
    world.run(1_000)
    expect(world.running(id)).toHaveLength(6)
    for (const node of ["node1", "node2", "node3"]) {
      expect(world.running(id).filter((t) => t.NodeID === node)).toHaveLength(2)
    }
  })

  it("is scaled up in the lowest free slots", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.scale(id, 4)
    world.run(1_000)
    expect(world.running(id).map((t) => t.Slot)).toEqual([1, 2, 3, 4])
  })

  it("is scaled down on the nodes that have most of it, and the slots vanish with their history", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("web", replicas(3))
    world.run(1_000)
    world.node("node2")
    world.scale(id, 4)
    world.run(1_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node1", "node1", "node1", "node2"])
    world.scale(id, 2)
    expect(world.tasks(id).map((t) => [t.Slot, t.DesiredState])).toEqual([
      [1, "running"],
      [2, "remove"],
      [3, "remove"],
      [4, "running"],
    ])
    world.run(1_000)
    expect(world.tasks(id).map((t) => t.Slot)).toEqual([1, 4])
  })

  it("forgets the history of slots that are removed", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.image(id, "app:2")
    world.run(20_000)
    expect(world.tasks(id).map((t) => t.Slot)).toEqual([1, 1, 2, 2])
    world.scale(id, 1)
    world.run(1_000)
    expect(world.tasks(id).map((t) => t.Slot)).toEqual([1, 1])
  })

  it("loses tasks that do not run before those that do", () => {
    const world = new World()
    world.node("node1", { cpus: 2 })
    const id = world.create("web", {
      ...replicas(3),
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    })
    world.run(1_000)
    const pending = world.tasks(id).find((t) => t.Status.State === "pending")
    expect(pending).toBeDefined()
    world.scale(id, 2)
    expect(world.tasks(id)).toHaveLength(2)
    expect(world.store.get("tasks", pending?.ID ?? "")).toBeUndefined()
  })

  it("is gone with its tasks and specs when it is removed and they have stopped", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(4))
    world.run(1_000)
    world.remove(id)
    expect(world.tasks(id).map((t) => t.DesiredState)).toEqual(Array(4).fill("remove"))
    expect(world.store.get("specs", `${id}.1`)).toBeDefined()
    world.run(1_000)
    expect(world.tasks(id)).toEqual([])
    expect(world.store.count("specs")).toBe(0)
  })

  it("keeps its slots and nodes when another leader takes over", () => {
    const world = new World()
    world.nodes(3)
    const id = world.create("web", replicas(5))
    world.run(1_000)
    const before = world.tasks(id)
    const commits = world.commits
    world.changeLeader()
    world.run(10_000)
    expect(world.tasks(id)).toEqual(before)
    expect(world.commits).toBe(commits)
  })

  it("costs nothing while nothing changes", () => {
    const world = new World()
    world.nodes(3)
    world.create("web", replicas(5))
    world.run(60_000)
    expect(world.nextWake).toBeUndefined()
    expect(world.cycle()).toEqual([])
  })
})
