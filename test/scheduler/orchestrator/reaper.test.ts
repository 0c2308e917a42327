import { describe, expect, it } from "vitest"
import { globally, ms, World } from "../world.ts"

const looping = {
  TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy: { Delay: ms(500) } },
}

function loopingWorld(historyLimit?: number): World {
  const world = new World(historyLimit === undefined ? {} : { historyLimit })
  world.nodes(1)
  world.behaviours.set("crash", { exit: { after: 300, code: 1 } })
  return world
}

describe("task history", () => {
  it.each([
    [5, 5],
    [2, 2],
    // The newest stay: the task that is to run, and nothing else.
    [0, 1],
  ])("with the limit %i keeps %i tasks in a slot in a crash loop, the newest", (limit, kept) => {
    const world = loopingWorld(limit)
    const id = world.create("web", looping)
    world.run(60_000)
    const tasks = world.tasks(id)
    expect(tasks).toHaveLength(kept)
    const newest = [
      ...new Set(world.seen.filter(({ task }) => task.ServiceID === id).map(({ task }) => task.ID)),
    ].slice(-kept)
    expect(tasks.map((t) => t.ID).sort()).toEqual(newest.sort())
  })

  it("keeps everything under a negative limit", () => {
    const world = loopingWorld(-1)
    const id = world.create("web", looping)
    world.run(20_000)
    expect(world.tasks(id).length).toBeGreaterThan(15)
  })

  it("is kept per node for global services", () => {
    const world = loopingWorld(3)
    world.node("node2")
    const id = world.create("web", { ...looping, ...globally })
    world.run(60_000)
    expect(world.tasks(id).filter((t) => t.NodeID === "node1")).toHaveLength(3)
    expect(world.tasks(id).filter((t) => t.NodeID === "node2")).toHaveLength(3)
  })

  it("keeps one more than the attempts, where they are limited", () => {
    const world = loopingWorld(2)
    const id = world.create("web", {
      TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy: { Delay: ms(500), MaxAttempts: 6 } },
    })
    world.run(60_000)
    expect(world.tasks(id)).toHaveLength(7)
  })

  it("does not count what is still to stop among the tasks from which attempts are counted", () => {
    const world = new World()
    world.nodes(2)
    world.behaviours.set("bad", { reject: "No such image: bad" })
    const RestartPolicy = { Delay: ms(1_000), MaxAttempts: 2 }
    const id = world.create("web", { TaskTemplate: { ContainerSpec: { Image: "app:1" }, RestartPolicy } })
    world.run(1_000)
    const old = world.running(id)[0]?.NodeID ?? ""
    world.update(id, (spec) => ({ ...spec, TaskTemplate: { ContainerSpec: { Image: "bad" }, RestartPolicy } }))
    world.down(old)
    world.run(60_000)
    const made = world.seen.filter(({ task, before }) => !before && task.SpecVersion.Index === 2)
    expect(made).toHaveLength(3)
  })

  it("does not take tasks that are alive", () => {
    const world = new World({ historyLimit: 1 })
    world.nodes(1)
    world.behaviours.set("app:1", { stop: 30_000 })
    const id = world.create("web")
    world.run(1_000)
    world.image(id, "app:2")
    world.run(20_000)
    expect(world.tasks(id)).toHaveLength(2)
    world.run(20_000)
    expect(world.tasks(id)).toHaveLength(1)
  })

  it("deletes specs that nothing refers to any more", () => {
    const world = new World({ historyLimit: 2 })
    world.nodes(1)
    const id = world.create("web")
    for (let version = 2; version <= 5; version++) {
      world.run(10_000)
      world.image(id, `app:${version}`)
    }
    world.run(10_000)
    expect([...world.store.all("specs")].map((spec) => spec.ID).sort()).toEqual([`${id}.4`, `${id}.5`])
  })
})
