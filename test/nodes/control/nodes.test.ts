import { describe, expect, test } from "vitest"
import type { Node, NodeSpec } from "../../../core/model/node.ts"
import { service, World } from "./world.ts"

function cluster(managers: number, workers = 1): World {
  const world = new World()
  for (let i = 1; i <= managers; i++) world.addNode(`m${i}`, "manager")
  for (let i = 1; i <= workers; i++) world.addNode(`w${i}`, "worker")
  return world
}

const spec = (more: Partial<NodeSpec>): NodeSpec => ({ Labels: {}, Role: "worker", Availability: "active", ...more })
const versionOf = (world: World, id: string): number => world.store.get("nodes", id)?.Version.Index ?? 0
const update = (world: World, name: string, more: Partial<NodeSpec>) =>
  ({ op: "node.update", name, version: versionOf(world, name), spec: spec(more) }) as const
const precondition = (text: string) => ({
  status: 400,
  message: `rpc error: code = FailedPrecondition desc = ${text}`,
})

test("who leads and who is reachable is shown as the leader knows it, not as it was stored", () => {
  const world = cluster(3)
  world.leader = "m2"
  world.reachable.delete("m3")
  const nodes = world.get<ReadonlyArray<Node>>({ op: "node.list", filters: {} })
  expect(nodes.map((node) => node.ManagerStatus)).toEqual([
    { Reachability: "reachable", Addr: "10.77.0.1:2377" },
    { Leader: true, Reachability: "reachable", Addr: "10.77.0.1:2377" },
    { Reachability: "unreachable", Addr: "10.77.0.1:2377" },
    undefined,
  ])
})

test("a node is found by ID, host name and beginning of its ID", () => {
  const world = cluster(1)
  for (const name of ["w1", "host-w1", "w"]) {
    expect(world.get<Node>({ op: "node.inspect", name }).ID).toBe("w1")
  }
})

test("two nodes of one host name are ambiguous", () => {
  const world = cluster(1)
  const other = world.addNode("x1", "worker")
  world.change((tx) => tx.update("nodes", { ...other, Description: { ...other.Description, Hostname: "host-w1" } }))
  expect(world.refusal({ op: "node.inspect", name: "host-w1" })).toMatchObject({
    status: 400,
    message: "node host-w1 is ambiguous (2 matches found)",
  })
})

describe("node update", () => {
  test("changes labels, availability and role, and raises the version", () => {
    const world = cluster(1)
    const before = versionOf(world, "w1")
    world.get(update(world, "w1", { Labels: { zone: "a" }, Availability: "drain", Role: "manager" }))
    const after = world.get<Node>({ op: "node.inspect", name: "w1" })
    expect(after.Spec).toEqual({ Labels: { zone: "a" }, Availability: "drain", Role: "manager" })
    expect(after.Version.Index).toBeGreaterThan(before)
  })

  test("from an old version is out of sequence", () => {
    const world = cluster(1)
    const request = update(world, "w1", { Availability: "pause" })
    world.get(request)
    expect(world.refusal(request)).toMatchObject({
      status: 500,
      message: "rpc error: code = Unknown desc = update out of sequence",
    })
  })

  test("does not demote the last manager", () => {
    const world = cluster(1)
    const refusal = world.refusal(update(world, "m1", {}))
    expect(refusal).toMatchObject(precondition("attempting to demote the last manager of the swarm"))
  })

  const quorumLoss = precondition("can't remove member from the raft: this would result in a loss of quorum")

  test("does not demote a manager when the others that answer would be no majority", () => {
    const world = cluster(3)
    world.reachable.delete("m3")
    expect(world.refusal(update(world, "m2", {}))).toMatchObject(quorumLoss)
  })

  test("demotes a manager that does not answer while the others do", () => {
    const world = cluster(3)
    world.reachable.delete("m3")
    world.get(update(world, "m3", {}))
    expect(world.store.get("nodes", "m3")?.Spec.Role).toBe("worker")
  })

  test("does not demote a second of three managers while the first is still leaving", () => {
    const world = cluster(3)
    world.get(update(world, "m3", {}))
    expect(world.refusal(update(world, "m2", {}))).toMatchObject(quorumLoss)
  })

  test("of an unknown node finds nothing", () => {
    const world = cluster(1)
    expect(world.refusal(update(world, "nosuch", {}))).toMatchObject({ status: 404, message: "node nosuch not found" })
  })
})

describe("node remove", () => {
  const remove = (name: string, force = false) => ({ op: "node.remove", name, force }) as const

  test("refuses a manager, forced or not", () => {
    const refusal = precondition(
      "node m1 is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal",
    )
    expect(cluster(3).refusal(remove("m1"))).toMatchObject(refusal)
    expect(cluster(3).refusal(remove("m1", true))).toMatchObject(refusal)
  })

  test("refuses a node that is up, unless it is forced", () => {
    const world = cluster(1)
    expect(world.refusal(remove("w1"))).toMatchObject(precondition("node w1 is not down and can't be removed"))
    world.get(remove("w1", true))
    expect(world.store.get("nodes", "w1")).toBeUndefined()
  })

  test("takes a node that is down, and orphans the tasks that it never reported the end of", () => {
    const world = cluster(1)
    world.addNode("w2", "worker", { Status: { State: "down", Message: "heartbeat failure" } })
    const id = world.createService(service("web"))
    world.addTask(id, { ID: "lost", NodeID: "w2" })
    const failed = { Timestamp: "2026-01-01T00:00:00Z", State: "failed" as const }
    world.addTask(id, { ID: "over", NodeID: "w2", Status: failed })
    world.addTask(id, { ID: "elsewhere", NodeID: "w1" })
    world.get(remove("w2"))
    expect(world.store.get("tasks", "lost")?.Status).toMatchObject({
      State: "orphaned",
      Message: "Task belonged to a node that has been deleted",
    })
    expect(world.store.get("tasks", "over")?.Status.State).toBe("failed")
    expect(world.store.get("tasks", "elsewhere")?.Status.State).toBe("running")
  })
})
