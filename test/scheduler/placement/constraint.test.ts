import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { nodeMatches, parseConstraints } from "../../../scheduler/placement/constraint.ts"
import { World } from "../world.ts"

const world = new World()
const node = world.node("Node-A", {
  role: "manager",
  labels: { disk: "SSD", "com.example.rack": "r1" },
  engineLabels: { storage: "overlay2" },
  addr: "192.168.3.7",
})

function matches(...texts: ReadonlyArray<string>): boolean {
  return nodeMatches(Result.getOrThrow(parseConstraints(texts)), node)
}

describe("constraints", () => {
  it.each([
    ["node.id == node-a", true],
    ["node.id==Node-A", true],
    ["node.id != Node-A", false],
    ["node.hostname == NODE-A", true],
    ["node.role == manager", true],
    ["node.role != manager", false],
    ["NODE.ROLE == MANAGER", true],
    ["node.platform.os == Linux", true],
    ["node.platform.arch == x86_64", true],
    ["node.platform.arch == arm64", false],
    ["node.labels.disk == ssd", true],
    ["node.labels.DISK == ssd", false],
    ["node.labels.DISK != ssd", true],
    ["node.labels.com.example.rack == r1", true],
    ["node.labels.missing != anything", true],
    ["node.labels.constructor != anything", true],
    ["engine.labels.storage == overlay2", true],
    ["engine.labels.storage != overlay2", false],
    ["node.ip == 192.168.3.7", true],
    ["node.ip != 192.168.3.7", false],
    ["node.ip == 192.168.3.0/24", true],
    ["node.ip == 192.168.4.0/24", false],
    ["node.ip != 192.168.4.0/24", true],
    ["node.ip == 192.168.3.0/33", false],
    ["node.ip != 192.168.3.0/33", false],
    ["node.ip == 192.168.3.0/24/1", false],
    ["node.ip == fd00::/8", false],
    ["node.ip != fd00::/8", true],
    ["node.ip == nonsense", false],
    ["node.ip != nonsense", false],
    ["node.unknown == x", false],
    ["node.unknown != x", false],
    ["node.labels. != x", false],
  ])("%s: %s", (text, expected) => {
    expect(matches(text)).toBe(expected)
  })

  it.each([
    ["node.ip == 2001:db8::7", true],
    ["node.ip == 2001:0DB8:0:0:0:0:0:7", true],
    ["node.ip != 2001:db8::7", false],
    ["node.ip == 2001:db8::/32", true],
    ["node.ip == 2001:db9::/32", false],
    ["node.ip != 2001:db9::/32", true],
    ["node.ip == 2001:db8::/129", false],
    ["node.ip == 10.0.0.0/8", false],
  ])("of a node with an IPv6 address: %s: %s", (text, expected) => {
    const node6 = { ...node, Status: { ...node.Status, Addr: "2001:db8::7" } }
    expect(nodeMatches(Result.getOrThrow(parseConstraints([text])), node6)).toBe(expected)
  })

  it("on an address are met by no node that has none, and their opposites by it", () => {
    const without = { ...node, Status: { State: "ready" as const } }
    expect(nodeMatches(Result.getOrThrow(parseConstraints(["node.ip == 10.0.0.1"])), without)).toBe(false)
    expect(nodeMatches(Result.getOrThrow(parseConstraints(["node.ip != 10.0.0.1"])), without)).toBe(true)
  })

  it("must all hold", () => {
    expect(matches("node.role == manager", "node.labels.disk == ssd")).toBe(true)
    expect(matches("node.role == manager", "node.labels.disk == hdd")).toBe(false)
  })

  it.each([
    ["node.role", "constraint expected one operator from ==, !="],
    ["node.role > 3", "constraint expected one operator from ==, !="],
    ["== x", "key '' is invalid"],
    ["9node == x", "key '9node' is invalid"],
    ["node.id == ", "value '' is invalid"],
    ["node.id == a,b", "value 'a,b' is invalid"],
  ])("%s is refused: %s", (text, message) => {
    expect(parseConstraints([text])).toEqual(Result.fail(message))
  })
})
