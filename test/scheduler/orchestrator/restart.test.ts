import { describe, expect, it } from "vitest"
import type { RestartPolicy } from "../../../core/model/task-spec.ts"
import { ms, replicas, World } from "../world.ts"

const crashing = (RestartPolicy: RestartPolicy, count = 1) => ({
  ...replicas(count),
  TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy },
})

function crashWorld(code = 3): World {
  const world = new World()
  world.nodes(2)
  world.behaviours.set("crash", { exit: { after: 500, code } })
  return world
}

describe("the restart policy", () => {
  it("replaces a failed task in its slot, prepared during the delay of 5 s, started after it", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({}))
    world.run(750)
    const [old, replacement] = world.tasks(id)
    expect(old).toMatchObject({ DesiredState: "shutdown", Status: { State: "failed", Err: "task: non-zero exit (3)" } })
    expect(replacement).toMatchObject({ Slot: 1, DesiredState: "ready" })
    world.run(4_900)
    expect(world.tasks(id)[1]).toMatchObject({ DesiredState: "ready", Status: { State: "ready" } })
    world.run(200)
    expect(world.tasks(id)[1]).toMatchObject({ DesiredState: "running" })
    // created 0, running 200, failed 700; 5 s later it starts, running 100 ms after that.
    expect(world.times(id, "running").slice(0, 2)).toEqual([200, 5_800])
  })

  it("does not spin when a task is refused before its delay is over: the next one comes when the wait is over", () => {
    const world = crashWorld()
    world.behaviours.set("missing", { prepare: 10, reject: "No such image: missing" })
    const id = world.create("web", { TaskTemplate: { ContainerSpec: { Image: "missing" } } })
    world.run(21_000)
    // Refused at 10 ms; its replacement is refused during its own delay of 5 s, and is replaced when that is over.
    expect(world.times(id, "rejected")).toEqual([10, 20, 5_020, 10_020, 15_020, 20_020])
    expect(world.running(id)).toHaveLength(0)
  })

  it("does not spin under a new leader either", () => {
    const world = crashWorld()
    world.behaviours.set("missing", { prepare: 10, reject: "No such image: missing" })
    const id = world.create("web", { TaskTemplate: { ContainerSpec: { Image: "missing" } } })
    for (let i = 0; i < 20; i++) {
      world.run(1_000)
      world.changeLeader()
    }
    expect(world.times(id, "rejected").length).toBeLessThanOrEqual(6)
  })

  it("leaves every task down under the condition none", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({ Condition: "none" }))
    world.run(60_000)
    expect(world.tasks(id).map((t) => [t.DesiredState, t.Status.State])).toEqual([["shutdown", "failed"]])
  })

  it.each([
    ["a completed task is left", 0, ["complete"]],
    ["a failed task is replaced", 1, ["failed", "failed"]],
  ])("under the condition on-failure %s", (_, code, states) => {
    const world = crashWorld(code)
    const id = world.create("web", crashing({ Condition: "on-failure", Delay: ms(1_000), MaxAttempts: 1 }))
    world.run(60_000)
    expect(world.tasks(id).map((t) => t.Status.State)).toEqual(states)
  })

  it("makes at most the given number of attempts; the last failed task keeps the slot", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({ Delay: ms(100), MaxAttempts: 3 }))
    world.run(60_000)
    expect(world.tasks(id).map((t) => [t.DesiredState, t.Status.State])).toEqual(Array(4).fill(["shutdown", "failed"]))
    world.changeLeader()
    world.scale(id, 2)
    world.run(60_000)
    expect(world.tasks(id).map((t) => t.Slot)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
  })

  it("counts only the attempts within the window", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({ Delay: ms(1_000), MaxAttempts: 2, Window: ms(2_000) }))
    world.run(60_000)
    expect(world.tasks(id)).toHaveLength(3)
    const slow = crashWorld()
    const other = slow.create("web", crashing({ Delay: ms(2_000), MaxAttempts: 2, Window: ms(2_000) }))
    slow.run(60_000)
    expect(slow.times(other, "running").length).toBeGreaterThan(15)
  })

  it("counts anew after the spec changed", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({ Delay: ms(100), MaxAttempts: 1 }))
    world.run(20_000)
    expect(world.tasks(id)).toHaveLength(2)
    world.update(id, (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 1 } }))
    world.run(20_000)
    expect(world.times(id, "running")).toHaveLength(4)
  })

  it("gives a waiting task the rest of its delay under a new leader", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({}))
    world.run(3_700)
    world.changeLeader()
    world.run(5_000)
    expect(world.times(id, "running").slice(0, 2)).toEqual([200, 5_800])
  })

  it("restarts under a new leader what failed while there was none", () => {
    const world = crashWorld()
    const id = world.create("web", crashing({ Delay: ms(1_000) }))
    world.run(650)
    world.changeLeader()
    world.run(1_500)
    expect(world.times(id, "running")).toEqual([200, 1_800])
  })
})

describe("tasks of a lost node", () => {
  it("are replaced elsewhere after the delay when it is down, without waiting for their end", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.down("node1")
    world.run(10_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2", "node2"])
    expect(world.times(id, "running", 1_000)).toEqual([5_100])
    const old = world.tasks(id).find((t) => t.NodeID === "node1")
    expect(old).toMatchObject({ DesiredState: "shutdown", Status: { State: "running" } })
    world.up("node1")
    world.run(10_000)
    expect(world.tasks(id).find((t) => t.NodeID === "node1")?.Status.State).toBe("shutdown")
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2", "node2"])
  })

  it("are replaced without delay when it drains, each when the old one has stopped", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("app:1", { stop: 3_000 })
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.availability("node1", "drain")
    world.run(2_900)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2"])
    world.run(300)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2", "node2"])
    world.availability("node1", "active")
    world.run(20_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2", "node2"])
  })

  it("are started at most a minute after, when the old one does not stop", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("app:1", { stop: 1e9 })
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.availability("node1", "drain")
    world.run(59_000)
    expect(world.times(id, "running", 1_000)).toEqual([])
    world.run(2_000)
    expect(world.times(id, "running", 1_000)).toEqual([60_100])
  })

  it("start at once when the node they wait for goes down", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("app:1", { stop: 1e9 })
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.availability("node1", "drain")
    world.run(2_000)
    world.down("node1")
    world.run(2_000)
    expect(world.times(id, "running", 1_000)).toEqual([2_100])
  })

  it("are replaced when the node was removed", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.removeNode("node2")
    world.run(6_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node1", "node1"])
    expect(world.tasks(id).filter((t) => t.Status.State === "orphaned")).toHaveLength(1)
  })

  it("stay where they are when it is only paused, and nothing new goes there", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(2))
    world.run(1_000)
    world.availability("node1", "pause")
    world.scale(id, 5)
    world.run(1_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node1", "node2", "node2", "node2", "node2"])
  })
})
