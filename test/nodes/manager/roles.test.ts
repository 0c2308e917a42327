import { describe, expect, it } from "vitest"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { Node } from "../../../core/model/node.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Group } from "../../../nodes/manager/group.ts"
import { RoleManager } from "../../../nodes/manager/roles.ts"
import { admitted } from "../admitted.ts"

const now = 1_700_000_000_000

const group: Group = {
  own: 3,
  voters: [1, 2, 3],
  learners: [],
  removed: [],
  settled: true,
  reachable: new Set([1, 2, 3]),
}

/** Three managers of which the first two are to be workers; `second`: how the second of them is. */
function storeWith(second: Node["Status"]): ClusterStore {
  const store = new ClusterStore()
  const tx = store.begin(now)
  const more = { DefaultAddrPool: [], SubnetSize: 24, DataPathPort: 4789, RootRotationInProgress: false }
  tx.create("clusters", { ID: "c", Spec: defaultClusterSpec, ...more })
  for (const RaftID of [1, 2, 3]) {
    const node = admitted(`m${RaftID}`, "manager")
    const Role = RaftID === 3 ? ("manager" as const) : ("worker" as const)
    const Status = RaftID === 2 ? second : { State: "ready" as const }
    tx.create("nodes", { ...node, RaftID, Spec: { ...node.Spec, Role }, Status })
  }
  store.apply(tx.changeSet(), 1)
  return store
}

describe("taking managers out of the group", () => {
  it("takes one after the other while all of them live", () => {
    const step = new RoleManager().next(now, storeWith({ State: "ready" }), group)
    expect(step).toEqual({ type: "change", change: { type: "remove", id: 1 } })
  })

  it("takes first who left by force, though it was heard a moment ago: without the others it would be half of the rest", () => {
    const step = new RoleManager().next(now, storeWith({ State: "down" }), group)
    expect(step).toEqual({ type: "change", change: { type: "remove", id: 2 } })
  })

  it("takes nobody when those who stay would be no majority", () => {
    const reachable = new Set([2, 3])
    expect(new RoleManager().next(now, storeWith({ State: "down" }), { ...group, reachable })).toBeUndefined()
  })
})
