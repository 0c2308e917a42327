import { type Node, roleOf } from "../../core/model/node.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import type { Cluster } from "../cluster/cluster.ts"
import type { Host } from "../cluster/host.ts"

/** Whether somebody leads, no machine is on its way in or out, and every one that belongs to the swarm is what its node is. */
export function isThere(cluster: Cluster): boolean {
  const { hosts } = cluster.world
  const store = cluster.world.leader()?.manager?.store
  if (store === undefined || store.count("clusters") === 0) return false
  // One that was removed before it had a session waits for one in vain, until it is told to leave.
  const isMoving = ({ node, nodeId }: Host) =>
    node === undefined || node.isLeaving || (node.state === "pending" && (nodeId === "" || store.get("nodes", nodeId)))
  if (hosts.some(isMoving)) return false
  return hosts.every((host) => {
    const node = store.get("nodes", host.nodeId)
    return node === undefined || isLost(cluster, host) || agrees(host, node)
  })
}

function agrees(host: Host, node: Node): boolean {
  const isManager = node.Spec.Role === "manager"
  return (
    node.Status.State === "ready" &&
    roleOf(node) === node.Spec.Role &&
    host.role === node.Spec.Role &&
    (host.manager?.isMember === true) === isManager &&
    (node.ManagerStatus !== undefined) === isManager
  )
}

/**
 * While it was cut off, every manager that it knew has left the swarm for good: there is neither a manager under one of their addresses nor one of
 * them as a worker, that could tell it who the managers are, and those cannot call a worker, which has no port.
 */
function isLost(cluster: Cluster, { node, identity }: Host): boolean {
  if (node?.agent === undefined || node.agent.manager !== undefined || identity === undefined) return false
  const helps = (host: Host) =>
    identity.managers.some(
      ({ nodeId, addr }) =>
        nodeId === host.nodeId || (host.role === "manager" && addr === host.identity?.advertiseAddr),
    )
  return !cluster.world.hosts.some(helps)
}

/**
 * What an operator does when it is over: machines that were removed leave, those that are lost leave and join again, and nodes without a machine
 * are taken off the list.
 */
export function clearOut(cluster: Cluster): void {
  const lost = cluster.world.hosts.filter((host) => host.nodeId !== "" && isLost(cluster, host))
  for (const { name } of lost) cluster.leave(name, { force: true })
  for (const host of cluster.world.hosts) if (isRemoved(cluster, host)) cluster.leave(host.name, { force: true })
  for (const node of strangers(cluster)) if (node.Spec.Role === "manager") cluster.demote(node.ID)
  cluster.runUntil(() => strangers(cluster).every(({ RaftID }) => RaftID === undefined), { what: "the end of members" })
  for (const node of strangers(cluster)) cluster.removeNode(node.ID, { force: true })
  for (const { name } of lost) cluster.join(name, "worker")
}

/** Nodes that no machine is: it left while nobody could be told, or was admitted and never heard of it. */
export function strangers(cluster: Cluster): ReadonlyArray<Node> {
  const machines = new Set(cluster.world.hosts.map(({ nodeId }) => nodeId))
  return cluster.nodes().filter(({ ID }) => !machines.has(ID))
}

const isRemoved = (cluster: Cluster, host: Host): boolean =>
  host.nodeId !== "" && !cluster.nodes().some(({ ID }) => ID === host.nodeId)

/** In words, for whoever reads of a failed run. */
export function disagreements(cluster: Cluster): string {
  const leader = cluster.world.leader()
  const store = leader?.manager?.store
  if (leader === undefined || store === undefined) return "nobody leads"
  const machines = cluster.world.hosts.map((host) => `${host.name} ${describe(store, host)}`)
  const { voters, outgoing, learners } = leader.manager?.status().configuration ?? { voters: [] }
  const nobody = strangers(cluster).map(({ ID, RaftID, Status }) => `${ID} (member ${RaftID}, ${Status.State})`)
  return `${machines.join("; ")}; nodes without a machine: [${nobody}]; voters [${voters}], were [${outgoing ?? ""}], learners [${learners ?? ""}]`
}

function describe(store: ClusterStore, { node, nodeId, role, manager }: Host): string {
  const known = store.get("nodes", nodeId)
  const own = `${node?.state ?? "off"} ${role ?? ""} ${manager ? `member ${manager.raftId}${manager.isMember ? "" : " to be"}` : ""}`
  return `is ${own}, its node ${known ? `${known.Status.State} ${roleOf(known)}, to be ${known.Spec.Role}, member ${known.RaftID}` : "none"}`
}
