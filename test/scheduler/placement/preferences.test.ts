import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ServiceSpec } from "../../../core/model/service.ts"
import { replicas, World } from "../world.ts"

const spreadOver = (count: number, ...descriptors: ReadonlyArray<string>): Partial<ServiceSpec> => ({
  ...replicas(count),
  TaskTemplate: {
    ContainerSpec: { Image: "app:1" },
    Placement: { Preferences: descriptors.map((SpreadDescriptor) => ({ Spread: { SpreadDescriptor } })) },
  },
})

/** Tasks of the service by what `key` says of their nodes; pending ones under "pending". */
function counts(world: World, id: string, key: (nodeId: string) => string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { NodeID } of world.tasks(id)) {
    const name = NodeID === undefined ? "pending" : key(NodeID)
    found[name] = (found[name] ?? 0) + 1
  }
  return found
}

const zoneIn = (world: World) => (id: string) => world.get(id).Spec.Labels.zone ?? "none"

describe("a placement preference", () => {
  it("gives every value of the label as many tasks, however many nodes have it", () => {
    const world = new World()
    world.node("a1", { labels: { zone: "a" } })
    for (const id of ["b1", "b2", "b3"]) world.node(id, { labels: { zone: "b" } })
    const id = world.create("web", spreadOver(6, "node.labels.zone"))
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 3, b: 3 })
    expect(counts(world, id, (node) => node)).toEqual({ a1: 3, b1: 1, b2: 1, b3: 1 })
  })

  it("takes nodes without the label for a branch of their own", () => {
    const world = new World()
    world.node("a1", { labels: { zone: "a" } })
    world.node("x1")
    world.node("x2")
    const id = world.create("web", spreadOver(4, "node.labels.zone"))
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 2, none: 2 })
  })

  it("counts the tasks that are there", () => {
    const world = new World()
    world.node("a1", { labels: { zone: "a" } })
    const id = world.create("web", spreadOver(3, "node.labels.zone"))
    world.node("b1", { labels: { zone: "b" } })
    world.scale(id, 6)
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 3, b: 3 })
  })

  it("gives the share of a full branch to the others", () => {
    const world = new World()
    world.node("a1", { labels: { zone: "a" }, cpus: 1 })
    for (const zone of ["b", "c"]) world.node(`${zone}1`, { labels: { zone }, cpus: 8 })
    const spec = spreadOver(9, "node.labels.zone")
    const id = world.create("web", {
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    })
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 1, b: 4, c: 4 })
  })

  it("leaves only what fits nowhere pending", () => {
    const world = new World()
    world.node("a1", { labels: { zone: "a" }, cpus: 1 })
    world.node("b1", { labels: { zone: "b" }, cpus: 2 })
    const spec = spreadOver(5, "node.labels.zone")
    const id = world.create("web", {
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, Resources: { Reservations: { NanoCPUs: 1e9 } } },
    })
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 1, b: 2, pending: 2 })
    world.node("c1", { labels: { zone: "c" }, cpus: 8 })
    expect(counts(world, id, zoneIn(world))).toEqual({ a: 1, b: 2, c: 2 })
  })

  it("goes over several levels, the first first", () => {
    const world = new World()
    for (const [zone, racks] of [
      ["a", ["r1"]],
      ["b", ["r1", "r2", "r3"]],
    ] as const)
      for (const rack of racks) for (const n of [1, 2]) world.node(`${zone}-${rack}-${n}`, { labels: { zone, rack } })
    const id = world.create("web", spreadOver(12, "node.labels.zone", "node.labels.rack"))
    expect(counts(world, id, (node) => node.slice(0, 4))).toEqual({ "a-r1": 6, "b-r1": 2, "b-r2": 2, "b-r3": 2 })
    expect(counts(world, id, (node) => node)).toMatchObject({ "a-r1-1": 3, "a-r1-2": 3, "b-r1-1": 1, "b-r1-2": 1 })
  })

  it("may go by a label of the engine, and by nothing else", () => {
    const world = new World()
    world.node("ssd", { engineLabels: { disk: "ssd" } })
    for (const id of ["hdd1", "hdd2", "hdd3"]) world.node(id, { engineLabels: { disk: "hdd" } })
    const byDisk = world.create("web", spreadOver(6, "engine.labels.disk"))
    expect(counts(world, byDisk, (node) => node.slice(0, 3))).toEqual({ ssd: 3, hdd: 3 })
    const byHostname = world.create("other", spreadOver(4, "node.hostname"))
    expect(counts(world, byHostname, (node) => node)).toEqual({ ssd: 1, hdd1: 1, hdd2: 1, hdd3: 1 })
  })

  it("leaves branches no more than one task apart, whatever the nodes", () => {
    const nodes = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(nodes, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }), (zones, first, more) => {
        const world = new World()
        zones.forEach((zone, i) => {
          world.node(`n${i}`, { labels: zone ? { zone } : {} })
        })
        const id = world.create("web", spreadOver(first, "node.labels.zone"))
        world.scale(id, first + more)
        const values = new Map(zones.map((zone) => [zone || "none", 0]))
        for (const [zone, count] of Object.entries(counts(world, id, zoneIn(world)))) values.set(zone, count)
        const all = [...values.values()]
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 60 },
    )
  })
})
