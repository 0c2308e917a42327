import * as Result from "effect/Result"
import { type Answer, type ApiError, outOfSequence, refuseRpc, rpcError } from "../../../core/errors.ts"
import { toRfc3339 } from "../../../core/instant.ts"
import type { Node, NodeSpec } from "../../../core/model/node.ts"
import { isTerminal } from "../../../core/model/task.ts"
import type { ControlContext } from "./context.ts"
import { hasLabels, hasPrefix, isOneOfWords, sortedById, unknownFilter, unknownWord, valuesOf } from "./filters.ts"
import { renderNode } from "./render-node.ts"
import type { Filters } from "./request.ts"
import { resolve } from "./resolve.ts"

const filterKeys = ["name", "id", "label", "node.label", "role", "membership"]

export function listNodes(context: ControlContext, filters: Filters): Answer<ReadonlyArray<Node>> {
  const error =
    unknownFilter(filters, filterKeys) ??
    unknownWord(filters, "role", ["worker", "manager"]) ??
    unknownWord(filters, "membership", ["pending", "accepted"])
  if (error) return Result.fail(error)
  const nodes = sortedById(context.tx.all("nodes")).filter((node) => matches(node, filters))
  return Result.succeed(nodes.map((node) => renderNode(node, context.managers)))
}

function matches(node: Node, filters: Filters): boolean {
  return (
    hasPrefix(node.Description.Hostname, valuesOf(filters, "name")) &&
    hasPrefix(node.ID, valuesOf(filters, "id")) &&
    hasLabels(node.Description.Engine.Labels, valuesOf(filters, "label")) &&
    hasLabels(node.Spec.Labels, valuesOf(filters, "node.label")) &&
    isOneOfWords(node.Spec.Role, valuesOf(filters, "role")) &&
    isOneOfWords("accepted", valuesOf(filters, "membership"))
  )
}

export function inspectNode(context: ControlContext, name: string): Answer<Node> {
  return Result.map(resolve(context.tx, "nodes", name), (node) => renderNode(node, context.managers))
}

export function updateNode(context: ControlContext, name: string, version: number, spec: NodeSpec): Answer<null> {
  const found = resolve(context.tx, "nodes", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const node = found.success
  const error = demotionError(context, node, spec)
  if (error) return Result.fail(error)
  if (version !== node.Version.Index) return Result.fail(outOfSequence)
  context.tx.update("nodes", { ...node, Spec: spec })
  return Result.succeed(null)
}

/** Why a manager must not become a worker: it is the last one, or the others that answer would be no majority. */
function demotionError(context: ControlContext, node: Node, spec: NodeSpec): ApiError | undefined {
  if (node.Spec.Role !== "manager" || spec.Role !== "worker") return undefined
  const managers = context.tx.find("nodes", "role", "manager")
  if (managers.length === 1) return rpcError("FailedPrecondition", "attempting to demote the last manager of the swarm")
  return keepsQuorumWithout(context, node.ID) ? undefined : rpcError("FailedPrecondition", quorumLoss)
}

/** A manager that is about to leave the swarm stops being one, in good order, unless the others could not do without it. */
export function leaveGroup(context: ControlContext, nodeId: string): Answer<null> {
  const node = context.tx.get("nodes", nodeId)
  if (node === undefined) return Result.succeed(null)
  const spec: NodeSpec = { ...node.Spec, Role: "worker" }
  const error = demotionError(context, node, spec)
  if (error) return Result.fail(error)
  context.tx.update("nodes", { ...node, Spec: spec })
  return Result.succeed(null)
}

const quorumLoss = "can't remove member from the raft: this would result in a loss of quorum"

/** Members are counted by what runs (ManagerStatus), not by what is wanted: a demoted manager is a member until it has left. */
function keepsQuorumWithout(context: ControlContext, id: string): boolean {
  let members = 0
  let reachable = 0
  for (const node of context.tx.all("nodes")) {
    if (node.ManagerStatus === undefined || node.ID === id) continue
    members += 1
    // One that is being demoted already no longer counts for the majority that must remain.
    if (node.Spec.Role === "manager" && context.managers.reachable.has(node.ID)) reachable += 1
  }
  return reachable > members / 2
}

export function removeNode(context: ControlContext, name: string, force: boolean): Answer<null> {
  const found = resolve(context.tx, "nodes", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const node = found.success
  if (node.Spec.Role === "manager" || node.RaftID !== undefined || node.ManagerStatus !== undefined) {
    return refuseRpc(
      "FailedPrecondition",
      `node ${node.ID} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
    )
  }
  if (!force && node.Status.State === "ready") {
    return refuseRpc("FailedPrecondition", `node ${node.ID} is not down and can't be removed`)
  }
  orphanTasks(context, node.ID)
  context.tx.delete("nodes", node.ID)
  banish(context, node.ID)
  return Result.succeed(null)
}

/** The machine may still run and ask to be let in again; as this node it never will be. */
function banish(context: ControlContext, nodeId: string): void {
  for (const cluster of context.tx.all("clusters")) {
    context.tx.update("clusters", { ...cluster, RemovedNodes: [...(cluster.RemovedNodes ?? []), nodeId] })
  }
}

/** Nobody will report on the tasks of a node that is gone, so they end here (swarmkit orphanNodeTasks). */
function orphanTasks(context: ControlContext, nodeId: string): void {
  for (const task of context.tx.find("tasks", "node", nodeId)) {
    if (isTerminal(task.Status.State)) continue
    context.tx.update("tasks", {
      ...task,
      Status: {
        Timestamp: toRfc3339(context.now),
        State: "orphaned",
        Message: "Task belonged to a node that has been deleted",
      },
    })
  }
}
