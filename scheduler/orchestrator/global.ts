import { modeOf } from "../../core/model/defaults.ts"
import type { Service } from "../../core/model/service.ts"
import type { Task } from "../../core/model/task.ts"
import type { Reader } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import { constraintsOf, nodeMatches } from "../placement/constraint.ts"
import { type Bounded, desire, newTask } from "../tasks.ts"
import { reconcileGlobalJobOnNode } from "./jobs.ts"
import { isLost } from "./nodes.ts"
import { occupantsOf } from "./slots.ts"

const tasksOn = (reader: Reader, service: Service, nodeId: string): ReadonlyArray<Task> =>
  reader.find("tasks", "slot", slotKey({ ServiceID: service.ID, NodeID: nodeId }))

/**
 * Makes the node have the service's one task if it should have it, and none that runs if not. A paused node keeps its task and gets
 * no new one. Source: swarmkit manager/orchestrator/global/global.go.
 */
export function reconcileOnNode(making: Bounded, service: Service, nodeId: string): void {
  const { tx } = making
  const tasks = tasksOn(tx, service, nodeId)
  if (modeOf(service.Spec) === "global-job") {
    reconcileGlobalJobOnNode(making, service, nodeId, tasks)
    return
  }
  const node = tx.get("nodes", nodeId)
  if (!node) {
    for (const task of tasks) tx.delete("tasks", task.ID)
    return
  }
  const occupants = occupantsOf(tx, service, tasks) ?? []
  if (isLost(node) || !nodeMatches(constraintsOf(service.Spec.TaskTemplate), node)) {
    for (const task of occupants) desire(tx, task.ID, "shutdown")
  } else if (node.Spec.Availability === "active" && occupants.length === 0) {
    if (making.room.take()) newTask(making, service, { NodeID: nodeId })
  }
}

/** Every node that is there, and every one that has tasks of the service still. */
export function reconcileGlobal(making: Bounded, service: Service): void {
  const nodes = new Set<string>()
  for (const node of making.tx.all("nodes")) nodes.add(node.ID)
  for (const task of making.tx.find("tasks", "service", service.ID)) if (task.NodeID) nodes.add(task.NodeID)
  for (const nodeId of nodes) reconcileOnNode(making, service, nodeId)
}
