import { expect, test } from "vitest"
import { runs, SmallWorld } from "./small-world.ts"

function runningWorld(...tasks: ReadonlyArray<string>): SmallWorld {
  const world = new SmallWorld()
  world.addHost("w1", "worker")
  world.runUntil(() => world.nodeState("w1") === "ready")
  for (const task of tasks) world.addTask(task, "w1", runs("nginx"))
  world.runUntil(() => tasks.every((task) => world.state(task) === "running"))
  return world
}

test("after a crash of the machine, tasks that ran have failed with 137", () => {
  const world = runningWorld("t1")
  world.crash("w1")
  world.runFor(1_000)
  world.restart("w1")
  world.runUntil(() => world.state("t1") === "failed")
  expect(world.task("t1")?.Status.Err).toBe("task: non-zero exit (137)")
  expect(world.task("t1")?.Status.ContainerStatus?.ExitCode).toBe(137)
})

test("after a crash, a task whose container is gone has failed for want of it", () => {
  const world = runningWorld("t1")
  world.crash("w1")
  // The machine comes back with an empty disk.
  const host = world.host("w1")
  const { containers: _, ...rest } = host.engine.durable()
  host.engine.durable = () => ({ ...rest, containers: [] })
  world.restart("w1")
  world.runUntil(() => world.state("t1") === "failed")
  expect(world.task("t1")?.Status.Err).toBe("No such container: web.1.t1")
})

test("an agent that starts anew finds its running containers and keeps them", () => {
  const world = runningWorld("t1", "t2")
  const before = [world.container("w1", "t1")?.Id, world.container("w1", "t2")?.Id]
  world.restartAgent("w1")
  world.runFor(30_000)
  expect([world.container("w1", "t1")?.Id, world.container("w1", "t2")?.Id]).toEqual(before)
  expect([world.state("t1"), world.state("t2")]).toEqual(["running", "running"])
})

test("an agent that starts anew amid any step of a task brings it to its end", () => {
  for (let wait = 0; wait < 2_000; wait += 60) {
    const world = new SmallWorld({ seed: wait })
    world.addHost("w1", "worker")
    world.runUntil(() => world.nodeState("w1") === "ready")
    world.addTask("t1", "w1", runs("nginx"))
    world.runFor(wait)
    world.restartAgent("w1")
    world.runUntil(() => world.state("t1") === "running", 20_000)
    expect(world.host("w1").engine.containers()).toHaveLength(1)
  }
})

test("a container that ended while no agent was there is reported with its exit code", () => {
  const world = runningWorld()
  world.addTask("t1", "w1", runs("busybox", ["sh", "-c", "sleep 5; exit 4"]))
  world.runUntil(() => world.state("t1") === "running")
  world.host("w1").agentDriver.stop()
  world.runFor(10_000)
  world.restartAgent("w1")
  world.runUntil(() => world.state("t1") === "failed")
  expect(world.task("t1")?.Status.Err).toBe("task: non-zero exit (4)")
})

test("containers of tasks that were deleted meanwhile are removed", () => {
  const world = runningWorld("t1", "t2")
  world.host("w1").agentDriver.stop()
  world.deleteTask("t1")
  world.runFor(100)
  world.restartAgent("w1")
  world.runFor(5_000)
  expect(world.container("w1", "t1")).toBeUndefined()
  expect(world.container("w1", "t2")?.State.Status).toBe("running")
})

test("a node that comes back finds its tasks told to stop, and moves nothing back", () => {
  const world = runningWorld("t1")
  world.network.isolate("w1")
  world.runUntil(() => world.nodeState("w1") === "down")
  expect(world.container("w1", "t1")?.State.Status).toBe("running")
  world.desire("t1", "shutdown")
  world.runFor(60_000)
  expect(world.state("t1")).toBe("running")
  world.network.rejoin("w1")
  world.runUntil(() => world.state("t1") === "shutdown", 20_000)
  expect(world.nodeState("w1")).toBe("ready")
  expect(world.differences()).toEqual([])
})

test("a container that ended before the node heard that it should stop has failed, not shut down", () => {
  const world = runningWorld("t1")
  world.crash("w1")
  world.desire("t1", "shutdown")
  world.runFor(100)
  world.restart("w1")
  world.runUntil(() => world.state("t1") === "failed")
})

test("a task that was deleted while its node could not be reached loses its container when it can", () => {
  const world = runningWorld("t1", "t2")
  world.network.isolate("w1")
  world.runUntil(() => world.nodeState("w1") === "down")
  world.deleteTask("t1")
  world.runFor(1_000)
  world.network.rejoin("w1")
  world.runUntil(() => world.container("w1", "t1") === undefined, 20_000)
  expect(world.container("w1", "t2")?.State.Status).toBe("running")
})
