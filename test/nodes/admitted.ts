import { type Role, unknownDescription } from "../../core/model/node.ts"
import type { Draft } from "../../core/store/transaction.ts"

/** A node that was let into the swarm and has yet to come. */
export const admitted = (id: string, role: Role): Draft<"nodes"> => ({
  ID: id,
  Spec: { Role: role, Availability: "active", Labels: {} },
  Role: role,
  Description: unknownDescription,
  Status: { State: "down" },
  ...(role === "manager" && {
    RaftID: 1,
    ManagerStatus: { Reachability: "reachable" as const, Addr: `${id}:2377`, RaftID: 1 },
  }),
})
