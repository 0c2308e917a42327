import { describe, expect, it } from "vitest"
import type { ServiceSpec, UpdateConfig } from "../../../core/model/service.ts"
import { ms, replicas, World } from "../world.ts"

const spec = (
  count: number,
  config: Partial<UpdateConfig> = {},
  more: Partial<ServiceSpec> = {},
): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: { ContainerSpec: { Image: "app:1" }, RestartPolicy: { Delay: ms(1_000) } },
  UpdateConfig: { Parallelism: 1, ...config },
  ...more,
})

/** Three nodes, a service that runs, one second gone. New tasks take 200 ms to come up, old ones 100 ms to stop. */
function deployed(count: number, config: Partial<UpdateConfig> = {}, more: Partial<ServiceSpec> = {}): [World, string] {
  const world = new World()
  world.nodes(3)
  world.behaviours.set("bad", { exit: { after: 300, code: 1 } })
  world.behaviours.set("missing", { reject: "No such image: missing" })
  const id = world.create("web", spec(count, config, more))
  world.run(1_000)
  return [world, id]
}

const versions = (world: World, id: string) => world.running(id).map((t) => t.SpecVersion.Index)

describe("a rolling update", () => {
  it("replaces one slot at a time, the new task starting when the old one has stopped, and watches on before it is complete", () => {
    const [world, id] = deployed(3)
    world.image(id, "app:2")
    expect(world.service(id).UpdateStatus).toMatchObject({ State: "updating", Message: "update in progress" })
    expect(world.tasks(id).filter((t) => t.SpecVersion.Index === 2)).toHaveLength(1)
    world.run(20_000)
    expect(versions(world, id)).toEqual([2, 2, 2])
    // 100 ms to stop and prepare side by side, 100 ms to start.
    expect(world.times(id, "running", 1_001)).toEqual([199, 399, 599])
    expect(world.service(id).UpdateStatus).toMatchObject({
      State: "completed",
      Message: "update completed",
      CompletedAt: "2030-01-01T00:00:06.6Z",
    })
  })

  it("never has two running tasks in a slot when the old one stops first", () => {
    const [world, id] = deployed(3, { Parallelism: 2 })
    const alive = new Map<string, number>()
    world.seen.length = 0
    world.image(id, "app:2")
    world.run(20_000)
    for (const { task, before } of world.seen) {
      const slot = String(task.Slot)
      const was = before?.Status.State === "running" || before?.Status.State === "starting"
      const is = task.Status.State === "running" || task.Status.State === "starting"
      if (was !== is) alive.set(slot, (alive.get(slot) ?? 1) + (is ? 1 : -1))
      expect(alive.get(slot) ?? 1).toBeLessThanOrEqual(1)
    }
    expect(versions(world, id)).toEqual([2, 2, 2])
  })

  it("keeps the old task until the new one runs when it starts first", () => {
    const [world, id] = deployed(2, { Order: "start-first" })
    world.image(id, "app:2")
    world.run(150)
    expect(world.tasks(id).map((t) => [t.Slot, t.SpecVersion.Index, t.DesiredState])).toEqual([
      [1, 1, "running"],
      [1, 2, "running"],
      [2, 1, "running"],
    ])
    world.run(20_000)
    expect(versions(world, id)).toEqual([2, 2])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it.each([
    [1, 0, [200, 400, 600, 800]],
    [2, 0, [200, 200, 400, 400]],
    [0, 0, [200, 200, 200, 200]],
    [2, 1_000, [200, 200, 1_400, 1_400]],
    [1, 500, [200, 900, 1_600, 2_300]],
  ])("with parallelism %i and a delay of %i ms brings tasks up at %j", (Parallelism, delay, times) => {
    const [world, id] = deployed(4, { Parallelism, Delay: ms(delay) })
    world.image(id, "app:2")
    world.run(30_000)
    expect(world.times(id, "running", 1_001).map((at) => at + 1)).toEqual(times)
  })

  it("watches longer than its delay", () => {
    const [world, id] = deployed(1, { Delay: ms(6_000) })
    world.image(id, "app:2")
    // up at 200 ms, delayed until 6.2 s, watched for 7 s more
    world.run(13_150)
    expect(world.service(id).UpdateStatus?.State).toBe("updating")
    world.run(100)
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("leaves tasks alone when only labels, the number of replicas or the order of work change", () => {
    const [world, id] = deployed(2)
    const before = world.tasks(id)
    world.update(id, (s) => ({ ...s, Labels: { tier: "front" }, UpdateConfig: { Parallelism: 2 } }))
    world.run(20_000)
    expect(world.tasks(id)).toEqual(before)
    expect(world.service(id).UpdateStatus).toBeUndefined()
    expect(world.service(id).SpecVersion.Index).toBe(1)
  })

  it("leaves tasks alone whose node meets the new constraints", () => {
    const [world, id] = deployed(3)
    world.update(id, (s) => ({
      ...s,
      TaskTemplate: { ...s.TaskTemplate, Placement: { Constraints: ["node.hostname != node3"] } },
    }))
    world.run(20_000)
    expect(world.running(id).map((t) => [t.NodeID === "node3", t.SpecVersion.Index])).toContainEqual([false, 1])
    expect(world.running(id).filter((t) => t.SpecVersion.Index === 1)).toHaveLength(2)
    expect(world.running(id).filter((t) => t.NodeID === "node3")).toEqual([])
  })

  it("replaces tasks for a changed endpoint, or when it is forced", () => {
    const [world, id] = deployed(1)
    world.update(id, (s) => ({ ...s, EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] } }))
    world.run(20_000)
    expect(versions(world, id)).toEqual([2])
    world.update(id, (s) => ({ ...s, TaskTemplate: { ...s.TaskTemplate, ForceUpdate: 1 } }))
    world.run(20_000)
    expect(versions(world, id)).toEqual([3])
  })

  it("does not touch tasks that are right already when a spec comes back", () => {
    const [world, id] = deployed(3)
    world.image(id, "app:2")
    world.run(150)
    world.image(id, "app:1")
    world.run(20_000)
    expect(world.running(id).map((t) => t.SpecVersion.Index)).toEqual([3, 1, 1])
  })

  it("gives way to a newer spec", () => {
    const [world, id] = deployed(3)
    world.image(id, "app:2")
    world.run(250)
    world.image(id, "app:3")
    world.run(30_000)
    expect(versions(world, id)).toEqual([3, 3, 3])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("goes on under a new leader", () => {
    const [world, id] = deployed(4, { Delay: ms(1_000) })
    world.image(id, "app:2")
    world.run(250)
    world.changeLeader()
    world.run(30_000)
    expect(versions(world, id)).toEqual([2, 2, 2, 2])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
    expect(world.tasks(id)).toHaveLength(8)
  })

  it("goes on as what it was when it is asked for once more, whoever leads", () => {
    const [world, id] = deployed(4, { Parallelism: 1 })
    world.image(id, "app:2")
    world.run(300)
    const before = world.service(id).UpdateStatus
    expect(before?.State).toBe("updating")
    world.image(id, "app:2")
    expect(world.service(id).UpdateStatus).toEqual(before)
    world.changeLeader()
    world.run(20_000)
    expect(versions(world, id)).toEqual([2, 2, 2, 2])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("waits for the replacement of a new task whose node is lost", () => {
    const [world, id] = deployed(2)
    world.behaviours.set("app:2", { prepare: 5_000 })
    world.image(id, "app:2")
    world.run(1_000)
    const node = world.tasks(id).find((t) => t.SpecVersion.Index === 2)?.NodeID ?? ""
    world.down(node)
    world.run(3_000)
    expect(versions(world, id), "the other slot is not begun").toEqual([1])
    world.run(60_000)
    expect(versions(world, id)).toEqual([2, 2])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("is forgotten when its service is removed", () => {
    const [world, id] = deployed(2)
    world.image(id, "app:2")
    world.run(50)
    world.remove(id)
    world.run(20_000)
    expect(world.tasks(id)).toEqual([])
    expect(world.store.count("specs")).toBe(0)
    expect(world.nextWake).toBeUndefined()
  })
})

describe("an update whose tasks fail", () => {
  const failing = (world: World, id: string) => {
    const task = world.seen.find(
      ({ task: t }) => t.ServiceID === id && t.SpecVersion.Index === 2 && t.Status.State === "failed",
    )
    return task?.task.ID
  }

  it("pauses by default, and the restart policy goes on", () => {
    const [world, id] = deployed(4)
    world.image(id, "bad")
    world.run(10_000)
    expect(world.service(id).UpdateStatus).toMatchObject({
      State: "paused",
      Message: `update paused due to failure or early termination of task ${failing(world, id)}`,
    })
    expect(world.running(id).filter((t) => t.SpecVersion.Index === 1)).toHaveLength(1)
    const starts = world.times(id, "running").length
    world.run(10_000)
    expect(world.times(id, "running").length).toBeGreaterThan(starts)
    expect(world.service(id).UpdateStatus?.State).toBe("paused")
  })

  it("pauses at the first when tasks never come up", () => {
    const [world, id] = deployed(3)
    world.image(id, "missing")
    world.run(10_000)
    expect(world.service(id).UpdateStatus?.State).toBe("paused")
    expect(versions(world, id)).toEqual([1, 1])
  })

  it("is resumed by the next update", () => {
    const [world, id] = deployed(3)
    world.image(id, "bad")
    world.run(10_000)
    world.image(id, "app:3")
    world.run(30_000)
    expect(versions(world, id)).toEqual([3, 3, 3])
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("is taken up again when the same spec is given once more, even while its last slots are still on their way", () => {
    const [world, id] = deployed(4, { Delay: ms(5_000) })
    world.image(id, "bad")
    world.run(1_000)
    expect(world.service(id).UpdateStatus?.State).toBe("paused")
    world.image(id, "bad")
    expect(world.service(id).UpdateStatus?.State).toBe("updating")
  })

  it("does not count failures after the monitoring time", () => {
    const [world, id] = deployed(2, { Monitor: ms(200) })
    world.image(id, "bad")
    world.run(10_000)
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
  })

  it("goes on when told to continue", () => {
    const [world, id] = deployed(3, { FailureAction: "continue" })
    world.image(id, "bad")
    world.run(20_000)
    expect(world.service(id).UpdateStatus?.State).toBe("completed")
    expect(
      world
        .tasks(id)
        .filter((t) => t.DesiredState !== "shutdown")
        .every((t) => t.SpecVersion.Index === 2),
    ).toBe(true)
  })

  it("goes on while no more fail than the ratio allows", () => {
    const [world, id] = deployed(2, { MaxFailureRatio: 0.5, Parallelism: 1 })
    world.image(id, "bad")
    world.run(600)
    expect(world.service(id).UpdateStatus?.State).toBe("updating")
    world.run(5_000)
    expect(world.service(id).UpdateStatus?.State).toBe("paused")
  })

  it("rolls back when told to, and has no previous spec then", () => {
    const [world, id] = deployed(3, { FailureAction: "rollback" })
    world.image(id, "bad")
    world.run(600)
    const failed = failing(world, id)
    expect(world.service(id)).toMatchObject({
      Spec: { TaskTemplate: { ContainerSpec: { Image: "app:1" } } },
      SpecVersion: { Index: 1 },
      UpdateStatus: {
        State: "rollback_started",
        Message: `update rolled back due to failure or early termination of task ${failed}`,
      },
    })
    expect(world.service(id).PreviousSpec).toBeUndefined()
    world.run(20_000)
    expect(versions(world, id)).toEqual([1, 1, 1])
    expect(world.service(id).UpdateStatus).toMatchObject({ State: "rollback_completed", Message: "rollback completed" })
  })

  it("pauses a rollback that fails too", () => {
    const [world, id] = deployed(
      3,
      { FailureAction: "rollback", Parallelism: 0 },
      { RollbackConfig: { Parallelism: 1, FailureAction: "rollback" } },
    )
    world.behaviours.set("app:1", { exit: { after: 100, code: 1 } })
    world.image(id, "bad")
    world.run(20_000)
    expect(world.service(id).UpdateStatus?.State).toBe("rollback_paused")
    expect(world.service(id).UpdateStatus?.Message).toMatch(
      /^rollback paused due to failure or early termination of task /,
    )
  })

  it("pauses when it should roll back but there is nothing to go back to", () => {
    const [world, id] = deployed(2, { FailureAction: "rollback" })
    world.image(id, "app:2")
    world.commit((tx) => {
      const { PreviousSpec: _, PreviousSpecVersion: __, ...service } = world.service(id)
      tx.update("services", {
        ...service,
        Spec: { ...service.Spec, TaskTemplate: { ContainerSpec: { Image: "bad" } } },
        SpecVersion: { Index: 9 },
      })
    })
    world.run(20_000)
    expect(world.service(id).UpdateStatus?.State).toBe("paused")
  })
})

describe("a client's rollback", () => {
  it("goes back, and forward when repeated", () => {
    const [world, id] = deployed(2)
    world.image(id, "app:2")
    world.run(20_000)
    world.rollback(id)
    expect(world.service(id).UpdateStatus).toMatchObject({
      State: "rollback_started",
      Message: "manually requested rollback",
    })
    world.run(20_000)
    expect(versions(world, id)).toEqual([1, 1])
    expect(world.service(id).UpdateStatus?.State).toBe("rollback_completed")
    world.rollback(id)
    world.run(20_000)
    expect(versions(world, id)).toEqual([2, 2])
  })
})
