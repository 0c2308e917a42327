import { describe, expect, it } from "vitest"
import type { ServiceSpec } from "../../../core/model/service.ts"
import { globallyOnce, job, ms, World } from "../world.ts"

const work: ServiceSpec["TaskTemplate"] = { ContainerSpec: { Image: "work" }, RestartPolicy: { Delay: ms(500) } }

/** Two nodes; "work" takes a second and succeeds, "fail" a tenth and fails, "long" does not end. */
function world(): World {
  const world = new World()
  world.nodes(2)
  world.behaviours.set("work", { exit: { after: 1_000, code: 0 } })
  world.behaviours.set("fail", { exit: { after: 100, code: 1 } })
  return world
}

const failing = (MaxAttempts: number): ServiceSpec["TaskTemplate"] => ({
  ContainerSpec: { Image: "fail" },
  RestartPolicy: { Delay: ms(500), MaxAttempts },
})

const completed = (world: World, id: string) => world.tasks(id).filter((t) => t.Status.State === "complete")

describe("a replicated job", () => {
  it("completes so many tasks in slots that count from 0, no more at once than it may, each desired complete", () => {
    const w = world()
    const id = w.create("job", { ...job(5, 2), TaskTemplate: work })
    expect(w.tasks(id).map((t) => [t.Slot, t.DesiredState])).toEqual([
      [0, "complete"],
      [1, "complete"],
    ])
    let most = 0
    for (let at = 0; at < 6_000; at += 100) {
      w.run(100)
      most = Math.max(most, w.tasks(id).filter((t) => t.Status.State !== "complete").length)
    }
    expect(most).toBe(2)
    expect(completed(w, id).map((t) => t.Slot)).toEqual([0, 1, 2, 3, 4])
    expect(w.tasks(id)).toHaveLength(5)
    expect(w.nextWake).toBeUndefined()
  })

  it("replaces a failed task in its slot after the delay, whatever the condition, and never one that completed", () => {
    const w = world()
    const id = w.create("job", { ...job(1), TaskTemplate: failing(0) })
    w.run(900)
    w.behaviours.set("fail", { exit: { after: 100, code: 0 } })
    w.run(20_000)
    expect(completed(w, id)).toHaveLength(1)
    expect(w.tasks(id).every((t) => t.Slot === 0)).toBe(true)
    const [first, second] = w.times(id, "running")
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(500)
  })

  it("does without a slot whose attempts are used up, and says so by never completing", () => {
    const w = world()
    const id = w.create("job", { ...job(2), TaskTemplate: failing(2) })
    w.run(60_000)
    expect(w.tasks(id).map((t) => [t.Slot, t.Status.State])).toEqual([
      [0, "failed"],
      [0, "failed"],
      [0, "failed"],
      [1, "failed"],
      [1, "failed"],
      [1, "failed"],
    ])
    expect(w.nextWake).toBeUndefined()
  })

  it("restarts nothing under the condition none", () => {
    const w = world()
    const TaskTemplate = { ...failing(0), RestartPolicy: { Condition: "none" as const } }
    const id = w.create("job", { ...job(2), TaskTemplate })
    w.run(60_000)
    expect(w.tasks(id).map((t) => t.Status.State)).toEqual(["failed", "failed"])
  })

  it("runs anew with every update: what was under way goes, what had ended stays as history", () => {
    const w = world()
    const id = w.create("job", { ...job(3, 2), TaskTemplate: work })
    w.run(1_500)
    const before = w.tasks(id)
    expect(completed(w, id)).toHaveLength(2)
    w.update(id, (spec) => ({ ...spec, Labels: { changed: "yes" } }))
    expect(w.service(id).JobStatus?.JobIteration).toEqual({ Index: 1 })
    w.run(10_000)
    const now = w.tasks(id)
    expect(now.filter((t) => t.JobIteration?.Index === 1).map((t) => [t.Slot, t.Status.State])).toEqual([
      [0, "complete"],
      [1, "complete"],
      [2, "complete"],
    ])
    const former = now.filter((t) => t.JobIteration?.Index === 0)
    expect(former.map((t) => t.ID)).toEqual(before.filter((t) => t.Status.State === "complete").map((t) => t.ID))
  })

  it("counts attempts for each run on its own", () => {
    const w = world()
    const id = w.create("job", { ...job(1), TaskTemplate: failing(1) })
    w.run(10_000)
    expect(w.tasks(id)).toHaveLength(2)
    w.update(id, (spec) => spec)
    w.run(10_000)
    expect(w.tasks(id)).toHaveLength(4)
  })

  it("has no rolling update: all that may be under way is replaced at once, and there is no update status", () => {
    const w = world()
    const id = w.create("job", { ...job(4), TaskTemplate: { ContainerSpec: { Image: "long" } } })
    w.run(1_000)
    w.update(id, (spec) => ({ ...spec, TaskTemplate: work }))
    expect(w.tasks(id).filter((t) => t.JobIteration?.Index === 1)).toHaveLength(4)
    w.run(10_000)
    expect(completed(w, id)).toHaveLength(4)
    expect(w.service(id).UpdateStatus).toBeUndefined()
  })

  it("does the tasks of a lost node again elsewhere, but not those that completed there", () => {
    const w = world()
    const id = w.create("job", { ...job(4), TaskTemplate: work })
    w.run(700)
    w.down("node1")
    w.run(20_000)
    expect(new Set(completed(w, id).map((t) => t.Slot)).size).toBe(4)
    expect(completed(w, id).every((t) => t.NodeID === "node2")).toBe(true)
    const tasks = w.tasks(id).length
    w.up("node1")
    w.availability("node2", "drain")
    w.run(20_000)
    expect(w.tasks(id)).toHaveLength(tasks)
  })

  it("keeps every ended task, whatever the history limit", () => {
    const w = world()
    const id = w.create("job", { ...job(1), TaskTemplate: failing(8) })
    w.run(60_000)
    expect(w.tasks(id)).toHaveLength(9)
  })

  it("goes on under a new leader as if nothing had happened", () => {
    const w = world()
    const id = w.create("job", { ...job(6, 2), TaskTemplate: work })
    for (let i = 0; i < 12; i++) {
      w.run(400)
      w.changeLeader()
    }
    w.run(5_000)
    expect(completed(w, id)).toHaveLength(6)
    expect(w.tasks(id)).toHaveLength(6)
  })
})

describe("a global job", () => {
  it("completes one task on every node that is there and may have it", () => {
    const w = world()
    w.node("node3", { labels: { zone: "b" } })
    w.node("node4")
    w.availability("node4", "drain")
    const TaskTemplate = { ...work, Placement: { Constraints: ["node.labels.zone!=b"] } }
    const id = w.create("gjob", { ...globallyOnce, TaskTemplate })
    w.run(10_000)
    expect(completed(w, id).map((t) => t.NodeID)).toEqual(["node1", "node2"])
    expect(w.tasks(id).map((t) => t.DesiredState)).toEqual(["complete", "complete"])
  })

  it("has no part for a node that joins later, until it is run anew", () => {
    const w = world()
    const id = w.create("gjob", { ...globallyOnce, TaskTemplate: work })
    w.run(5_000)
    w.node("node3")
    w.run(5_000)
    expect(completed(w, id)).toHaveLength(2)
    w.update(id, (spec) => spec)
    w.run(5_000)
    expect(completed(w, id).filter((t) => t.JobIteration?.Index === 1)).toHaveLength(3)
  })

  it("stops on a node that drains, and runs there once the node is active again", () => {
    const w = world()
    const id = w.create("gjob", { ...globallyOnce, TaskTemplate: work })
    w.run(500)
    w.availability("node2", "drain")
    w.run(5_000)
    expect(completed(w, id).map((t) => t.NodeID)).toEqual(["node1"])
    w.availability("node2", "active")
    w.run(5_000)
    expect(completed(w, id).map((t) => t.NodeID)).toEqual(["node1", "node2"])
    w.availability("node1", "drain")
    w.availability("node1", "active")
    w.run(5_000)
    expect(completed(w, id)).toHaveLength(2)
  })

  it("tries again on the node where it failed, as often as it may", () => {
    const w = world()
    const id = w.create("gjob", { ...globallyOnce, TaskTemplate: failing(2) })
    w.run(60_000)
    for (const node of ["node1", "node2"])
      expect(w.tasks(id).filter((t) => t.NodeID === node && t.Status.State === "failed")).toHaveLength(3)
  })
})
