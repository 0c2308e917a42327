import type { Node, Role } from "../../core/model/node.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import type { Cluster } from "../cluster/cluster.ts"
import type { Host } from "../cluster/host.ts"
import type { Act, SwarmAct } from "./act.ts"

/** Somebody joins, leaves, rises, falls or is removed. It is asked for and forgotten: whether it comes about is not what a run is about. */
export function changeSwarm(cluster: Cluster, kind: SwarmAct, { n, m }: Act): void {
  const managers = cluster.world.managers.filter((host) => host.manager?.isMember === true)
  const manager = managers[m % Math.max(1, managers.length)]
  const store = manager?.manager?.store
  if (manager === undefined || store === undefined) return
  switch (kind) {
    case "join as worker":
    case "join as manager":
      join(cluster, manager, store, kind === "join as worker" ? "worker" : "manager", n)
      break
    case "leave":
    case "leave by force":
      leave(cluster, kind === "leave by force", n)
      break
    default: {
      const nodes = [...store.all("nodes")]
      const node = nodes[n % Math.max(1, nodes.length)]
      if (node) ask(manager, store, kind, node)
    }
  }
}

/** A machine that is in no swarm: one that never was, or one that left. */
function join(cluster: Cluster, manager: Host, store: ClusterStore, role: Role, n: number): void {
  const free = cluster.world.hosts.filter(({ node }) => node?.state === "inactive")
  const [swarm] = store.all("clusters")
  const token = role === "worker" ? swarm?.JoinTokens?.Worker : swarm?.JoinTokens?.Manager
  const request = { listenAddr: "", advertiseAddr: "", remoteAddrs: [manager.addr], availability: "active" as const }
  free[n % Math.max(1, free.length)]?.node?.join({ ...request, token: token ?? "" }, () => {})
}

function leave(cluster: Cluster, force: boolean, n: number): void {
  const members = cluster.world.hosts.filter((host) => host.node !== undefined && host.nodeId !== "")
  const host = members[n % Math.max(1, members.length)]
  if (host !== undefined && !(force && isNeeded(cluster, host))) host.node?.leave(force, () => {})
}

/** Whether the others would be no majority without this manager, for good: who leaves by force takes its memory along. */
export function isNeeded(cluster: Cluster, host: Host): boolean {
  if (host.role !== "manager") return false
  const voters = cluster.world.bestInformed()?.manager?.status().configuration.voters ?? []
  const staying = cluster.world.managers.filter((other) => {
    const raftId = other.manager?.raftId
    return other !== host && raftId !== undefined && voters.includes(raftId) && other.node?.isLeaving === false
  })
  return staying.length <= voters.length / 2
}

function ask(manager: Host, store: ClusterStore, kind: SwarmAct, node: Node): void {
  const { ID: name, Version, Spec } = node
  const [swarm] = store.all("clusters")
  switch (kind) {
    case "remove node":
    case "remove node by force":
      manager.request({ op: "node.remove", name, force: kind === "remove node by force" }, () => {})
      break
    case "promote":
    case "demote": {
      const Role = kind === "promote" ? "manager" : "worker"
      manager.request({ op: "node.update", name, version: Version.Index, spec: { ...Spec, Role } }, () => {})
      break
    }
    case "rotate root": {
      if (swarm === undefined) break
      const ForceRotate = (swarm.Spec.CAConfig.ForceRotate ?? 0) + 1
      const spec = { ...swarm.Spec, CAConfig: { ...swarm.Spec.CAConfig, ForceRotate } }
      const rotate = { rotateWorkerToken: true, rotateManagerToken: false, rotateUnlockKey: false }
      manager.node?.update({ version: swarm.Version.Index, spec, ...rotate }, () => {})
    }
  }
}
