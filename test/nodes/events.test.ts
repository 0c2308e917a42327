import { describe, expect, it } from "vitest"
import { type Node, unknownDescription } from "../../core/model/node.ts"
import { eventsOf } from "../../nodes/events.ts"

const names = { node: (id: string) => id, service: (id: string) => id }

const nameless: Node = {
  ID: "0123456789abcdefghijklmno",
  Version: { Index: 1 },
  CreatedAt: "2026-01-01T00:00:00Z",
  UpdatedAt: "2026-01-01T00:00:00Z",
  Spec: { Role: "worker", Availability: "active", Labels: {} },
  Description: unknownDescription,
  Status: { State: "unknown" },
}
const named: Node = {
  ...nameless,
  Description: { ...unknownDescription, Hostname: "worker1" },
  Status: { State: "ready" },
}

const told = (before: Node | undefined, after: Node | undefined): ReadonlyArray<string> =>
  eventsOf(0, 1, [{ table: "nodes", id: nameless.ID, before, after }], names).map(({ text }) => text)

describe("the events of a node", () => {
  it("tell that it joined when it says what it is called, once", () => {
    expect(told(undefined, nameless)).toEqual([])
    expect(told(nameless, named)).toEqual(["worker1 joined as worker"])
    expect(told(named, { ...named, Spec: { ...named.Spec, Availability: "drain" } })).toEqual(["worker1 set to drain"])
    expect(told(undefined, named)).toEqual(["worker1 joined as worker"])
  })

  it("call one that never said its name by the beginning of its ID", () => {
    expect(told(nameless, { ...nameless, Status: { State: "down" } })).toEqual(["0123456789ab is down"])
    expect(told(nameless, undefined)).toEqual(["0123456789ab removed"])
  })
})
