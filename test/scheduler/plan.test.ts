import { describe, expect, it, vi } from "vitest"
import type { ServiceSpec } from "../../core/model/service.ts"
import { Random } from "../../core/random.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { withNewSpec } from "../../scheduler/orchestrator/spec-versions.ts"
import { NodeInfo } from "../../scheduler/placement/node-info.ts"
import { planOf } from "../../scheduler/plan/plan.ts"
import { carryOut, rebalancing } from "../../scheduler/rebalance.ts"
import { ms, replicas, World } from "./world.ts"

const plan = (world: World, change: (tx: Transaction) => void) =>
  planOf(world.store, world.now, new Random("plan"), change)

const changing = (id: string, change: (spec: ServiceSpec) => ServiceSpec) => (tx: Transaction) => {
  const service = tx.get("services", id)
  if (service) tx.update("services", withNewSpec(service, change(service.Spec)))
}

const image = (id: string, Image: string) =>
  changing(id, (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image } } }))

describe("a plan", () => {
  it("changes nothing", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(3))
    world.run(10_000)
    const before = world.store.encode()
    plan(world, image(id, "app:2"))
    expect(world.store.encode()).toEqual(before)
  })

  it("of a rolling update tells which tasks restart, one after the other, with the delays between", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", { ...replicas(3), UpdateConfig: { Parallelism: 1, Delay: ms(10_000) } })
    world.run(10_000)
    const { Steps, Services, Unplaced, Duration_ms = 0 } = plan(world, image(id, "app:2"))
    expect(Services).toEqual([{ Name: "web", Change: "its tasks are made from a new spec" }])
    expect(Steps.map(({ Action, Slot }) => `${Action} ${Slot}`)).toEqual([
      "stop 1",
      "start 1",
      "stop 2",
      "start 2",
      "stop 3",
      "start 3",
    ])
    expect((Steps[2]?.At_ms ?? 0) - (Steps[1]?.At_ms ?? 0)).toBeGreaterThanOrEqual(10_000)
    expect(Unplaced).toEqual([])
    expect(Duration_ms).toBeGreaterThan(30_000)
  })

  it("starts first where the update does", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", { ...replicas(1), UpdateConfig: { Parallelism: 1, Order: "start-first" } })
    world.run(10_000)
    expect(plan(world, image(id, "app:2")).Steps.map(({ Action }) => Action)).toEqual(["start", "stop"])
  })

  it("of a drain tells where tasks would go, and what would not fit", () => {
    const world = new World()
    world.node("node1", { cpus: 2 })
    world.node("node2", { cpus: 3 })
    const id = world.create("web", {
      ...replicas(4),
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    })
    world.run(10_000)
    const drain = (tx: Transaction): void => {
      const node = tx.get("nodes", "node1")
      if (node) tx.update("nodes", { ...node, Spec: { ...node.Spec, Availability: "drain" } })
    }
    const { Steps, Unplaced } = plan(world, drain)
    expect(Steps.filter(({ Action }) => Action === "stop").map(({ Node }) => Node)).toEqual(["node1", "node1"])
    expect(Steps.filter(({ Action }) => Action === "start").map(({ Node }) => Node)).toEqual(["node2"])
    expect(Unplaced).toEqual([
      expect.objectContaining({
        Service: "web",
        Reason: "no suitable node (1 node not available for new tasks; insufficient resources on 1 node)",
      }),
    ])
    // And so it comes when it is done.
    world.availability("node1", "drain")
    world.run(60_000)
    expect(world.running(id)).toHaveLength(3)
  })

  it("does not count what waited before", () => {
    const world = new World()
    world.nodes(1)
    world.create("homeless", {
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Placement: { Constraints: ["node.id==nobody"] } },
    })
    const id = world.create("web", replicas(1))
    world.run(10_000)
    expect(plan(world, image(id, "app:2")).Unplaced).toEqual([])
  })

  it("of scaling down, and of a removal, tells which tasks stop", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(4))
    world.run(10_000)
    const scaled = plan(
      world,
      changing(id, (spec) => ({ ...spec, ...replicas(1) })),
    )
    expect(scaled.Steps.map(({ Action, Service }) => `${Action} ${Service}`)).toEqual(Array(3).fill("stop web"))
    expect(scaled.Services).toEqual([{ Name: "web", Change: "is scaled from 4 to 1" }])
    const removed = plan(world, (tx) => tx.delete("services", id))
    expect(removed.Steps.map(({ Action, Service }) => `${Action} ${Service}`)).toEqual(Array(4).fill("stop web"))
  })

  it("of a change that restarts nothing is empty", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", replicas(2))
    world.run(10_000)
    expect(
      plan(
        world,
        changing(id, (spec) => ({ ...spec, Labels: { team: "a" } })),
      ),
    ).toMatchObject({
      Steps: [],
      Unplaced: [],
      Services: [],
    })
  })
})

describe("rebalancing", () => {
  function unbalanced(update: Partial<ServiceSpec> = {}): { world: World; id: string } {
    const world = new World()
    world.node("node1")
    const id = world.create("web", { ...replicas(6), ...update })
    world.run(10_000)
    world.node("node2")
    world.run(60_000)
    return { world, id }
  }
  const on = (world: World, id: string, node: string) => world.running(id).filter((t) => t.NodeID === node).length

  it("does nothing unless asked", () => {
    const { world, id } = unbalanced()
    expect([on(world, id, "node1"), on(world, id, "node2")]).toEqual([6, 0])
  })

  it("moves as many tasks as it takes to be even, and no more", () => {
    const { world, id } = unbalanced({ UpdateConfig: { Parallelism: 2 } })
    const moves = rebalancing(world.store, world.now, 100)
    expect(moves.map(({ from, to }) => [from, to])).toEqual(Array(3).fill(["node1", "node2"]))
    world.commit((tx) => carryOut(tx, moves))
    world.run(60_000)
    expect([on(world, id, "node1"), on(world, id, "node2")]).toEqual([3, 3])
    expect(rebalancing(world.store, world.now, 100)).toEqual([])
  })

  it("moves at most as many as it may, as the update options say, start-first where they say so", () => {
    const { world, id } = unbalanced({ UpdateConfig: { Parallelism: 1, Order: "start-first" } })
    world.commit((tx) => carryOut(tx, rebalancing(tx, world.now, 2)))
    let least = 6
    for (let at = 0; at < 30_000; at += 50) {
      world.run(50)
      least = Math.min(least, world.tasks(id).filter((t) => t.Status.State === "running").length)
    }
    expect(least).toBe(6)
    expect([on(world, id, "node1"), on(world, id, "node2")]).toEqual([4, 2])
  })

  it("goes on under a new leader, and leaves the spec alone when a move fails", () => {
    const { world, id } = unbalanced({ UpdateConfig: { Parallelism: 1, FailureAction: "rollback" } })
    world.update(id, (spec) => ({ ...spec, Labels: { second: "spec" } }))
    world.run(1_000)
    const spec = world.service(id).Spec
    world.behaviours.set("app:1", { exit: { after: 100, code: 1 } })
    world.commit((tx) => carryOut(tx, rebalancing(tx, world.now, 1)))
    world.changeLeader()
    world.run(30_000)
    expect(world.service(id).Spec).toEqual(spec)
  })

  it("costs so much a task of the service, not so much a move and task", () => {
    const world = new World()
    world.nodes(8, { cpus: 1_000 })
    const id = world.create("web", replicas(400))
    world.run(10_000)
    for (let i = 9; i <= 16; i++) world.node(`node${i}`)
    const asked = vi.spyOn(NodeInfo.prototype, "tasksOf")
    const moves = rebalancing(world.store, world.now, 1_000)
    expect(asked.mock.calls.length).toBeLessThan(10 * 400)
    asked.mockRestore()
    expect(moves).toHaveLength(200)
    const left = new Map<string, number>()
    for (const { ID, NodeID = "" } of world.running(id)) {
      const node = moves.find(({ taskId }) => taskId === ID)?.to ?? NodeID
      left.set(node, (left.get(node) ?? 0) + 1)
    }
    expect([...left.values()]).toEqual(Array(16).fill(25))
  })

  it("keeps to constraints", () => {
    const world = new World()
    world.node("node1", { labels: { zone: "a" } })
    world.create("web", {
      ...replicas(4),
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Placement: { Constraints: ["node.labels.zone==a"] } },
    })
    world.node("node2")
    world.run(10_000)
    expect(rebalancing(world.store, world.now, 10)).toEqual([])
  })
})
