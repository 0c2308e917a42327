import { expect, test } from "vitest"
import { runs, SmallWorld } from "./small-world.ts"

test("a node registers, gets a task, runs it and reports each step", () => {
  const world = new SmallWorld()
  world.addHost("w1", "worker")
  world.runUntil(() => world.nodeState("w1") === "ready")
  world.addTask("t1", "w1", runs("nginx:alpine"))
  world.runUntil(() => world.state("t1") === "running")
  const task = world.task("t1")
  expect(task?.Status.Message).toBe("started")
  expect(world.container("w1", "t1")?.State.Status).toBe("running")
  expect(task?.Status.ContainerStatus?.ContainerID).toBe(world.container("w1", "t1")?.Id)
  world.desire("t1", "shutdown")
  world.runUntil(() => world.state("t1") === "shutdown")
  world.deleteTask("t1")
  world.runUntil(() => world.container("w1", "t1") === undefined)
  expect(world.differences()).toEqual([])
})
