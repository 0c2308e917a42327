import { describe, expect, it } from "vitest"
import type { ServiceSpec } from "../../../core/model/service.ts"
import type { Placement } from "../../../core/model/task-spec.ts"
import { ms, replicas, World } from "../world.ts"

const placed = (placement: Placement, count = 1): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: { ContainerSpec: { Image: "app:1" }, Placement: placement },
})

const reserving = (cpus: number, memory: number, count = 1): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: {
    ContainerSpec: { Image: "app:1" },
    Resources: { Reservations: { NanoCPUs: cpus * 1e9, MemoryBytes: memory } },
  },
})

const reasons = (world: World, id: string) => [...new Set(world.tasks(id).map((t) => t.Status.Err))]

describe("what keeps a task pending, in Swarm's words", () => {
  const cases: ReadonlyArray<[string, (world: World) => void, Partial<ServiceSpec>, string]> = [
    ["without nodes", () => {}, {}, "no suitable node"],
    [
      "constraints",
      (world) => world.nodes(5),
      placed({ Constraints: ["node.labels.zone == moon"] }),
      "no suitable node (scheduling constraints not satisfied on 5 nodes)",
    ],
    [
      "constraints on a single node",
      (world) => world.nodes(1),
      placed({ Constraints: ["node.role == manager"] }),
      "no suitable node (scheduling constraints not satisfied on 1 node)",
    ],
    ["memory", (world) => world.nodes(5), reserving(0, 1e12), "no suitable node (insufficient resources on 5 nodes)"],
    ["cpus", (world) => world.nodes(5), reserving(64, 0), "no suitable node (insufficient resources on 5 nodes)"],
    [
      "platform",
      (world) => world.nodes(2),
      placed({ Platforms: [{ OS: "windows", Architecture: "amd64" }] }),
      "no suitable node (unsupported platform on 2 nodes)",
    ],
    [
      "several reasons, the most frequent first, each node counted for the first it fails",
      (world) => {
        world.nodes(4)
        world.node("small", { memory: 1e6 })
        world.availability("node4", "pause")
      },
      {
        TaskTemplate: {
          ContainerSpec: { Image: "app:1" },
          Resources: { Reservations: { MemoryBytes: 1e9 } },
          Placement: { Constraints: ["node.id == nobody"] },
        },
      },
      "no suitable node (scheduling constraints not satisfied on 3 nodes; 1 node not available for new tasks; insufficient resources on 1 node)",
    ],
    [
      "drained nodes",
      (world) => {
        world.nodes(2)
        world.availability("node1", "drain")
        world.availability("node2", "drain")
      },
      {},
      "no suitable node (2 nodes not available for new tasks)",
    ],
  ]

  it.each(cases)("%s", (_, prepare, spec, reason) => {
    const world = new World()
    prepare(world)
    const id = world.create("web", spec)
    expect(reasons(world, id)).toEqual([reason])
    expect(world.tasks(id)[0]?.Status).toMatchObject({ State: "pending", Message: "pending task scheduling" })
  })

  it("host ports in use", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", {
      ...replicas(3),
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80, PublishMode: "host" }] },
    })
    world.run(1_000)
    expect(
      world
        .running(id)
        .map((t) => t.NodeID)
        .sort(),
    ).toEqual(["node1", "node2"])
    expect(world.tasks(id).find((t) => t.Status.State === "pending")?.Status.Err).toBe(
      "no suitable node (host-mode port already in use on 2 nodes)",
    )
  })

  it("replicas per node", () => {
    const world = new World()
    world.nodes(2)
    const id = world.create("web", placed({ MaxReplicas: 2 }, 5))
    world.run(1_000)
    expect(world.running(id)).toHaveLength(4)
    expect(world.tasks(id).find((t) => t.Status.State === "pending")?.Status.Err).toBe(
      "no suitable node (max replicas per node limit exceed)",
    )
  })

  it("goes away when there is room, and the task is placed", () => {
    const world = new World()
    world.node("node1", { cpus: 2 })
    const big = world.create("big", reserving(2, 0))
    const small = world.create("small", reserving(1, 0))
    world.run(1_000)
    expect(reasons(world, small)).toEqual(["no suitable node (insufficient resources on 1 node)"])
    world.remove(big)
    world.run(1_000)
    expect(world.running(small)).toHaveLength(1)
    expect(reasons(world, small)).toEqual([undefined])
  })

  it("changes with the nodes, and is written only when it does", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("web", placed({ Constraints: ["node.labels.zone == moon"] }))
    world.node("node2")
    expect(reasons(world, id)).toEqual(["no suitable node (scheduling constraints not satisfied on 2 nodes)"])
    const version = world.tasks(id)[0]?.Version.Index
    world.availability("node2", "active")
    expect(world.tasks(id)[0]?.Version.Index).toBe(version)
    world.label("node2", { zone: "moon" })
    world.run(1_000)
    expect(world.running(id).map((t) => t.NodeID)).toEqual(["node2"])
  })
})

describe("placement", () => {
  it("prefers the node with fewer tasks of the service, then with fewer tasks", () => {
    const world = new World()
    world.nodes(2)
    const first = world.create("first", placed({ Constraints: ["node.id == node1"] }, 3))
    const second = world.create("second", replicas(3))
    expect(world.tasks(first).map((t) => t.NodeID)).toEqual(["node1", "node1", "node1"])
    expect(world.tasks(second).map((t) => t.NodeID)).toEqual(["node2", "node1", "node2"])
  })

  it("gives no new task to a node that is not ready", () => {
    const world = new World()
    world.nodes(3)
    world.changeNode("node1", (node) => ({ ...node, Status: { ...node.Status, State: "unknown" } }))
    const id = world.create("web", replicas(4))
    expect(
      world
        .tasks(id)
        .map((t) => t.NodeID)
        .sort(),
    ).toEqual(["node2", "node2", "node3", "node3"])
  })

  it("avoids a node where the service failed five times in the last five minutes", () => {
    const world = new World()
    world.nodes(2)
    // The other node is far busier, so only failures can send the task there.
    world.create("ballast", placed({ Constraints: ["node.id == node2"] }, 20))
    world.behaviours.set("crash", { exit: { after: 100, code: 1 } })
    const id = world.create("web", {
      TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy: { Delay: ms(1_000) } },
    })
    world.run(60_000)
    const nodes = world.seen
      .filter(
        ({ task, before }) =>
          task.ServiceID === id && task.Status.State === "assigned" && before?.NodeID !== task.NodeID,
      )
      .map(({ task }) => task.NodeID)
    expect(nodes.slice(0, 7)).toEqual([...Array(5).fill("node1"), ...Array(2).fill("node2")])
    expect(nodes).toContain("node2")
  })

  it("never reserves more than a node has, and reserves until a task has ended", () => {
    const world = new World()
    world.node("node1", { cpus: 2 })
    world.behaviours.set("app:1", { stop: 5_000 })
    const id = world.create("web", reserving(1, 0, 2))
    world.run(1_000)
    world.scale(id, 1)
    const other = world.create("other", reserving(1, 0))
    world.run(4_000)
    expect(world.tasks(other)[0]?.Status.State).toBe("pending")
    world.run(2_000)
    expect(world.running(other)).toHaveLength(1)
  })

  it("gives the room of an ended task to another, though the task is kept", () => {
    const world = new World()
    world.node("node1", { cpus: 1 })
    world.behaviours.set("once", { exit: { after: 1_000, code: 0 } })
    const first = world.create("first", {
      TaskTemplate: {
        ContainerSpec: { Image: "once" },
        RestartPolicy: { Condition: "none" },
        Resources: { Reservations: { NanoCPUs: 1e9 } },
      },
    })
    const second = world.create("second", reserving(1, 0))
    expect(world.tasks(second)[0]?.Status.State).toBe("pending")
    world.run(5_000)
    expect(world.tasks(first).map((t) => t.Status.State)).toEqual(["complete"])
    expect(world.running(second)).toHaveLength(1)
  })

  it("sets aside a pending task that is told to stop", () => {
    const world = new World()
    world.nodes(1)
    const id = world.create("web", placed({ Constraints: ["node.id == nobody"] }))
    world.update(id, (spec) => ({ ...spec, TaskTemplate: { ContainerSpec: { Image: "app:2" } } }))
    world.run(1_000)
    expect(world.tasks(id).map((t) => [t.DesiredState, t.Status.State, t.Status.Err])).toEqual([
      ["shutdown", "shutdown", undefined],
      ["running", "running", undefined],
    ])
  })

  it("knows after a change of leaders what is taken", () => {
    const world = new World()
    world.node("node1", { cpus: 2 })
    world.create("web", reserving(1, 0, 2))
    world.run(1_000)
    world.changeLeader()
    const other = world.create("other", reserving(1, 0))
    expect(world.tasks(other)[0]?.Status.State).toBe("pending")
  })
})
