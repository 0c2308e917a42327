import { type Instant, toRfc3339 } from "../../../core/instant.ts"
import type { Node, NodeDescription, NodeState } from "../../../core/model/node.ts"
import { stateRank } from "../../../core/model/task.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import type { Peer } from "../../peer.ts"

/** A node that asks for a session. */
export interface Registration {
  readonly peer: Peer
  readonly attempt: string
  readonly description: NodeDescription
  readonly addr: string
  readonly managerAddr?: string
}

/**
 * Writes the node as it describes itself, and that it is ready. It writes even when nothing differs: that the entry commits is the proof that
 * the manager which lets the node in still leads. Only a node that was admitted to the swarm and is still in its list is let in.
 */
export function letIn(tx: Transaction, { peer, description, addr, managerAddr }: Registration): void {
  const node = tx.get("nodes", peer.id)
  if (node === undefined) return
  const { Wish: _, ...kept } = node
  const moved = node.ManagerStatus && managerAddr !== undefined && { ...node.ManagerStatus, Addr: managerAddr }
  tx.update("nodes", {
    ...kept,
    Description: description,
    Status: { State: "ready", Addr: addr },
    ...(moved && { ManagerStatus: moved }),
  })
}

/** Gives a node another state. Nothing is written when it is gone or in that state already. */
export function moveNode(tx: Transaction, nodeId: string, state: NodeState, message: string): boolean {
  const node = tx.get("nodes", nodeId)
  if (node === undefined || node.Status.State === state) return false
  tx.update("nodes", { ...node, Status: { ...addressOf(node), State: state, Message: message } })
  return true
}

/** A manager that left without being let out of the group is none any more: it will never come back. The last one takes the swarm along. */
export function retire(tx: Transaction, nodeId: string): void {
  const node = tx.get("nodes", nodeId)
  if (node?.Spec.Role !== "manager" || tx.find("nodes", "role", "manager").length === 1) return
  tx.update("nodes", { ...node, Spec: { ...node.Spec, Role: "worker" } })
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
