import * as Effect from "effect/Effect"
import type { SwarmInfo } from "../manager/control/swarm.ts"
import type { Gateway, LocalView } from "./gateway.ts"
import { ask } from "./manager.ts"

/** The Swarm section of GET /info. Counts and the cluster are a manager's to tell, and only while somebody leads. */
export function swarmSection(gateway: Gateway): Effect.Effect<object> {
  const local = gateway.local()
  if (local.swarm !== "active" || !local.manager) return Effect.succeed(machinePart(local, local.error ?? ""))
  return Effect.match(ask(gateway, { op: "swarm.info" }), {
    onFailure: (error) => machinePart(local, error.message),
    // What answers swarm.info is swarmInfo(); the gateway knows answers only as bodies to be sent on.
    onSuccess: (info) => managerPart(local, info as SwarmInfo),
  })
}

const machinePart = (local: LocalView, error: string): object => ({
  NodeID: local.swarm === "inactive" || local.swarm === "locked" ? "" : local.nodeId,
  NodeAddr: local.swarm === "inactive" ? "" : local.address,
  LocalNodeState: local.swarm,
  ControlAvailable: local.manager,
  Error: error,
  RemoteManagers: local.managers.length > 0 ? local.managers : null,
})

function managerPart(local: LocalView, { Nodes, Managers, Cluster, RemoteManagers }: SwarmInfo): object {
  const part = machinePart({ ...local, managers: RemoteManagers }, "")
  return { ...part, Nodes, Managers, ...(Cluster && { Cluster }) }
}
