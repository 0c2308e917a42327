import { describe, expect, it } from "vitest"
import type { Mount } from "../../../core/model/container-spec.ts"
import type { GenericResource } from "../../../core/model/resources.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"
import { replicas, World } from "../world.ts"

const named = (Kind: string, ...values: ReadonlyArray<string>): ReadonlyArray<GenericResource> =>
  values.map((Value) => ({ NamedResourceSpec: { Kind, Value } }))
const counted = (Kind: string, Value: number): GenericResource => ({ DiscreteResourceSpec: { Kind, Value } })

const wanting = (count: number, ...GenericResources: ReadonlyArray<GenericResource>): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: { ContainerSpec: { Image: "app:1" }, Resources: { Reservations: { GenericResources } } },
})

const given = (world: World, id: string) => world.tasks(id).map((t) => t.GenericResources)

describe("generic resources", () => {
  it("are given by name where a node offers them by name, and written on the task", () => {
    const world = new World()
    world.node("node1", { generic: named("GPU", "uuid1", "uuid2", "uuid3") })
    const id = world.create("web", wanting(2, counted("GPU", 1)))
    expect(given(world, id)).toEqual([named("GPU", "uuid1"), named("GPU", "uuid2")])
    const two = world.create("two", wanting(1, counted("GPU", 2)))
    expect(world.tasks(two)[0]?.Status).toMatchObject({
      State: "pending",
      Err: "no suitable node (insufficient resources on 1 node)",
    })
  })

  it("are given as a number where a node offers a number", () => {
    const world = new World()
    world.node("node1", { generic: [counted("SSD", 3)] })
    const id = world.create("web", wanting(2, counted("SSD", 2)))
    expect(given(world, id)).toEqual([[counted("SSD", 2)], undefined])
  })

  it("of several kinds must all be there", () => {
    const world = new World()
    world.node("gpu", { generic: named("GPU", "a") })
    world.node("both", { generic: [...named("GPU", "a"), counted("SSD", 1)] })
    const id = world.create("web", wanting(2, counted("GPU", 1), counted("SSD", 1)))
    expect(world.tasks(id).map((t) => t.NodeID)).toEqual(["both", undefined])
  })

  it("may be wanted by name", () => {
    const world = new World()
    world.node("node1", { generic: named("GPU", "a", "b") })
    const id = world.create("web", wanting(2, ...named("GPU", "b")))
    expect(given(world, id)).toEqual([named("GPU", "b"), undefined])
  })

  it("come back when a task has ended, and are known to be taken after a change of leaders", () => {
    const world = new World()
    world.node("node1", { generic: named("GPU", "a", "b") })
    const first = world.create("first", wanting(1, counted("GPU", 1)))
    world.run(1_000)
    world.changeLeader()
    const second = world.create("second", wanting(2, counted("GPU", 1)))
    expect(given(world, second)).toEqual([named("GPU", "b"), undefined])
    world.remove(first)
    world.run(1_000)
    expect(given(world, second)).toEqual([named("GPU", "b"), named("GPU", "a")])
  })

  it("that a node no longer has cost it the task", () => {
    const world = new World()
    world.node("node1", { generic: named("GPU", "a", "b") })
    const id = world.create("web", wanting(2, counted("GPU", 1)))
    world.run(1_000)
    world.changeNode("node1", (node) => ({
      ...node,
      Description: {
        ...node.Description,
        Resources: { ...node.Description.Resources, GenericResources: named("GPU", "b") },
      },
    }))
    expect(world.tasks(id).map((t) => [t.GenericResources, t.Status.State])).toContainEqual([
      named("GPU", "a"),
      "rejected",
    ])
  })
})

const mounting = (...Mounts: ReadonlyArray<Mount>): Partial<ServiceSpec> => ({
  TaskTemplate: { ContainerSpec: { Image: "app:1", Mounts } },
})
const volume = (Name: string): Mount => ({
  Type: "volume",
  Source: "data",
  Target: "/data",
  VolumeOptions: { DriverConfig: { Name } },
})

const engine = [
  { Type: "Volume", Name: "local" },
  { Type: "Volume", Name: "nfs:latest" },
  { Type: "Log", Name: "json-file" },
  { Type: "Network", Name: "overlay" },
]

describe("plug-ins that a task needs", () => {
  const cases: ReadonlyArray<[string, Partial<ServiceSpec>, string | undefined]> = [
    ["a volume driver that the node has, with or without its tag", mounting(volume("nfs")), undefined],
    ["the local volume driver", mounting(volume("local")), undefined],
    ["a volume driver that no node has", mounting(volume("rexray")), "no suitable node (missing plugin on 2 nodes)"],
    [
      "a log driver that the node has",
      { TaskTemplate: { ContainerSpec: { Image: "app:1" }, LogDriver: { Name: "json-file" } } },
      undefined,
    ],
    [
      "a log driver that no node has",
      { TaskTemplate: { ContainerSpec: { Image: "app:1" }, LogDriver: { Name: "loki" } } },
      "no suitable node (missing plugin on 2 nodes)",
    ],
    [
      "no log driver at all",
      { TaskTemplate: { ContainerSpec: { Image: "app:1" }, LogDriver: { Name: "none" } } },
      undefined,
    ],
    [
      "the driver of its network, which the node has",
      { TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "net" }] } },
      undefined,
    ],
    [
      "a cluster volume, of which there are none",
      mounting({ Type: "cluster", Source: "shared", Target: "/data" }),
      "no suitable node (cannot fulfill requested CSI volume mounts on 2 nodes)",
    ],
  ]

  it.each(cases)("%s", (_, spec, reason) => {
    const world = new World()
    world.nodes(2, { plugins: engine })
    world.network("net")
    const id = world.create("web", spec)
    expect(world.tasks(id)[0]?.Status.Err).toBe(reason)
    expect(world.tasks(id)[0]?.NodeID === undefined).toBe(reason !== undefined)
  })

  it("are looked for in vain on nodes without the driver of the task's network", () => {
    const world = new World()
    world.nodes(1, { plugins: engine.filter(({ Type }) => Type !== "Network") })
    world.network("net")
    const id = world.create("web", {
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "net" }] },
    })
    expect(world.tasks(id)[0]?.Status.Err).toBe("no suitable node (missing plugin on 1 node)")
  })
})
