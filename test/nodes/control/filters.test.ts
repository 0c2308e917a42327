import fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { hasLabels, hasPrefix } from "../../../nodes/manager/control/filters.ts"
import { networkMatches } from "../../../nodes/manager/control/network-filters.ts"
import type { Filters } from "../../../nodes/manager/control/request.ts"
import { service, World } from "./world.ts"

const word = fc.stringMatching(/^[a-z]{1,3}$/)
const labels = fc.dictionary(word, word, { maxKeys: 4 })

describe("label filters", () => {
  test("an object's own labels, with or without their values, always let it pass", () => {
    fc.assert(
      fc.property(labels, fc.boolean(), (own, withValues) => {
        const wanted = Object.entries(own).map(([key, value]) => (withValues ? `${key}=${value}` : key))
        expect(hasLabels(own, wanted)).toBe(true)
      }),
    )
  })

  test("all of them must hold: a longer filter never lets more pass", () => {
    fc.assert(
      fc.property(labels, fc.array(word), fc.array(word), (own, some, more) => {
        if (hasLabels(own, [...some, ...more])) expect(hasLabels(own, some)).toBe(true)
      }),
    )
  })

  test("a key that every object inherits is no label", () => {
    expect(hasLabels({}, ["constructor"])).toBe(false)
    expect(hasLabels(undefined, ["toString"])).toBe(false)
  })

  test("values may hold an equals sign", () => {
    expect(hasLabels({ a: "b=c" }, ["a=b=c"])).toBe(true)
    expect(hasLabels({ a: "b" }, ["a=b=c"])).toBe(false)
  })
})

test("prefix filters are alternatives: a longer filter never lets less pass, an empty one everything", () => {
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1 }), fc.array(word), (text, some, more) => {
      if (hasPrefix(text, some)) expect(hasPrefix(text, [...some, ...more])).toBe(true)
      expect(hasPrefix(text, [])).toBe(true)
    }),
  )
})

describe("network filters", () => {
  const network = { Name: "shop_default", Id: "abc123", Driver: "overlay", Scope: "swarm", Labels: { a: "b" } }

  test.each<[Filters, boolean]>([
    [{ name: ["default"] }, true],
    [{ name: ["^default"] }, false],
    [{ name: ["^shop_default$"] }, true],
    [{ name: ["shop$"] }, false],
    [{ name: ["(a+)+$"] }, false],
    [{ id: ["c12"] }, true],
    [{ driver: ["bridge", "overlay"] }, true],
    [{ driver: ["over"] }, false],
    [{ scope: ["local"] }, false],
    [{ type: ["custom"] }, true],
    [{ type: ["builtin"] }, false],
    [{ label: ["a=b"] }, true],
    [{ label: ["a=c"] }, false],
  ])("%j on shop_default: %s", (filters, expected) => {
    expect(networkMatches(network, filters)).toBe(expected)
  })
})

describe("lists", () => {
  const world = new World()
  beforeAll(() => {
    world.addNode("m1", "manager")
    world.addNode("w1", "worker", { Spec: { Labels: { zone: "a" }, Role: "worker", Availability: "active" } })
    const web = world.createService(service("web", { Labels: { "com.docker.stack.namespace": "shop" } }))
    world.createService(service("worker", { Mode: { Global: {} } }))
    world.addTask(web, { ID: "t1", NodeID: "w1" })
    world.addTask(web, { ID: "t2", Slot: 2, NodeID: "m1", DesiredState: "shutdown" })
    for (const name of ["s1", "s2", "other"]) world.get({ op: "secret.create", spec: { Name: name, Data: "eA==" } })
  })

  test.each<[Parameters<World["list"]>[0], Filters, ReadonlyArray<string>]>([
    ["node.list", { role: ["manager"] }, ["host-m1"]],
    ["node.list", { role: ["MANAGER", "worker"] }, ["host-m1", "host-w1"]],
    ["node.list", { name: ["host-"] }, ["host-m1", "host-w1"]],
    ["node.list", { "node.label": ["zone"] }, ["host-w1"]],
    ["node.list", { label: ["zone"] }, []],
    ["node.list", { membership: ["pending"] }, []],
    ["node.list", { id: ["w"] }, ["host-w1"]],
    ["service.list", { name: ["w"], mode: ["global"] }, ["worker"]],
    ["service.list", { label: ["com.docker.stack.namespace=shop"] }, ["web"]],
    ["service.list", { label: ["com.docker.stack.namespace"] }, ["web"]],
    ["service.list", { runtime: ["plugin"] }, []],
    ["service.list", { id: ["web"] }, []],
    ["task.list", { service: ["web"] }, ["t1", "t2"]],
    ["task.list", { service: ["web"], node: ["host-w1"] }, ["t1"]],
    ["task.list", { node: ["m1", "w1"] }, ["t1", "t2"]],
    ["task.list", { "desired-state": ["running"] }, ["t1"]],
    ["task.list", { name: ["web.2"] }, ["t2"]],
    ["task.list", { label: ["com.docker.stack.namespace=shop"] }, ["t1", "t2"]],
    ["task.list", { label: ["nosuch"] }, []],
    ["task.list", { service: ["worker"] }, []],
    ["secret.list", { name: ["s"] }, ["s1", "s2"]],
    ["secret.list", { names: ["s1"], name: ["oth"] }, ["other", "s1"]],
    ["config.list", {}, []],
    ["network.list", { scope: ["swarm"] }, ["ingress"]],
  ])("%s with %j finds %j", (op, filters, expected) => {
    expect([...world.list(op, filters)].sort()).toEqual(expected)
  })

  test.each<[Parameters<World["list"]>[0], Filters, number, string]>([
    ["node.list", { bogus: ["1"] }, 400, "Invalid filter 'bogus'"],
    ["service.list", { node: ["1"] }, 400, "Invalid filter 'node'"],
    ["task.list", { bogus: ["1"] }, 400, "Invalid filter 'bogus'"],
    ["network.list", { bogus: ["1"] }, 400, "Invalid filter 'bogus'"],
    ["secret.list", { bogus: ["1"] }, 400, "Invalid filter 'bogus'"],
    ["config.list", { bogus: ["1"] }, 400, "Invalid filter 'bogus'"],
    ["config.list", { constructor: ["1"] }, 400, "Invalid filter 'constructor'"],
    ["task.list", { "desired-state": ["bogus"] }, 500, "Invalid desired-state filter: 'bogus'"],
    ["task.list", { service: ["nosuch"] }, 404, "service nosuch not found"],
    ["task.list", { node: ["nosuch"] }, 404, "node nosuch not found"],
    ["node.list", { role: ["boss"] }, 500, "Invalid role filter: 'boss'"],
    ["node.list", { membership: ["gold"] }, 500, "Invalid membership filter: 'gold'"],
  ])("%s with %j is refused with %i", (op, filters, status, message) => {
    const request = op === "service.list" ? { op, filters, status: false } : { op, filters }
    expect(world.refusal(request)).toMatchObject({ status, message })
  })

  test("come in the order of IDs", () => {
    const ids = world.get<ReadonlyArray<{ ID: string }>>({ op: "secret.list", filters: {} }).map((secret) => secret.ID)
    expect(ids).toEqual([...ids].sort())
  })

  test("_up-to-date leaves out tasks of an earlier spec", () => {
    const filters = { "_up-to-date": ["true"] }
    expect(world.list("task.list", filters)).toEqual(["t1", "t2"])
    const [web] = world.store.find("services", "name", "web")
    if (!web) throw new Error("web is gone")
    const spec = { ...web.Spec, TaskTemplate: { ContainerSpec: { Image: "nginx:2" } } }
    world.get({ op: "service.update", name: "web", version: web.Version.Index, spec, rollback: false })
    expect(world.list("task.list", filters)).toEqual([])
  })
})
