import { type Instant, toRfc3339 } from "../../../core/instant.ts"
import type { ManagerStatus, Node, NodeDescription, NodeState } from "../../../core/model/node.ts"
import { stateRank } from "../../../core/model/task.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import type { Peer } from "../../peer.ts"

/** A node that asks to be let in. */
export interface Registration {
  readonly peer: Peer
  readonly attempt: string
  readonly description: NodeDescription
  readonly addr: string
}

/**
 * Writes the node as it describes itself, and that it is ready; a new one joins as what its certificate says. It writes even when nothing
 * differs: that the entry commits is the proof that the manager which lets the node in still leads. A node that was removed is not let in.
 */
export function admit(tx: Transaction, registration: Registration, raftId: number | undefined): void {
  const { peer, description, addr } = registration
  const known = tx.get("nodes", peer.id)
  for (const { RemovedNodes } of tx.all("clusters")) if (RemovedNodes?.includes(peer.id)) return
  const manager: ManagerStatus = {
    ...known?.ManagerStatus,
    Reachability: "reachable",
    Addr: `${addr}:2377`,
    ...(raftId === undefined ? {} : { RaftID: raftId }),
  }
  const said = {
    Description: description,
    Status: { State: "ready", Addr: addr } as const,
    ...(peer.role === "manager" ? { ManagerStatus: manager } : {}),
  }
  if (known !== undefined) tx.update("nodes", { ...known, ...said })
  else tx.create("nodes", { ID: peer.id, Spec: { Role: peer.role, Availability: "active", Labels: {} }, ...said })
}

/** Gives a node another state. Nothing is written when it is gone or in that state already. */
export function moveNode(tx: Transaction, nodeId: string, state: NodeState, message: string): boolean {
  const node = tx.get("nodes", nodeId)
  if (node === undefined || node.Status.State === state) return false
  tx.update("nodes", { ...node, Status: { ...addressOf(node), State: state, Message: message } })
  return true
}

const addressOf = (node: Node): { readonly Addr?: string } =>
  node.Status.Addr === undefined ? {} : { Addr: node.Status.Addr }

/** Nobody can tell what became of the tasks of a node that has been down for so long; those that had ended keep their end. */
export function orphanTasks(tx: Transaction, nodeId: string, now: Instant): void {
  for (const task of tx.find("tasks", "node", nodeId)) {
    const rank = stateRank(task.Status.State)
    if (rank < stateRank("assigned") || rank > stateRank("running")) continue
    tx.update("tasks", { ...task, Status: { ...task.Status, Timestamp: toRfc3339(now), State: "orphaned" } })
  }
}
