import { fromRfc3339 } from "../../core/instant.ts"
import { jobSizeOf } from "../../core/model/defaults.ts"
import type { Node } from "../../core/model/node.ts"
import type { Service } from "../../core/model/service.ts"
import { isTerminal, type Task } from "../../core/model/task.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { constraintsOf, nodeMatches } from "../placement/constraint.ts"
import { type Bounded, desire, isOfIteration, isWanted, newTask } from "../tasks.ts"
import { isLost } from "./nodes.ts"
import { mayRestart } from "./restart-policy.ts"

/**
 * Makes as many tasks of a replicated job as may be under way, until enough have completed. Slots count from 0, and each is to end with one
 * completed task. What an earlier run left is told to go; its ended tasks stay as history.
 * Source: swarmkit manager/orchestrator/jobs/replicated/reconciler.go.
 */
export function reconcileReplicatedJob(making: Bounded, service: Service): void {
  const { tx } = making
  const { maxConcurrent, totalCompletions } = jobSizeOf(service.Spec)
  const slots = new Set<number>()
  let underWay = 0
  let completed = 0
  for (const task of tx.find("tasks", "service", service.ID)) {
    if (!isOfIteration(task, service)) {
      endFormer(tx, task)
      continue
    }
    if (task.Status.State === "complete") completed++
    else if (isWanted(task)) underWay++
    else if (!isSpent(tx, task)) continue
    slots.add(task.Slot ?? 0)
  }
  const room = Math.min(maxConcurrent - underWay, totalCompletions - completed - underWay)
  let slot = 0
  for (let made = 0; made < room; made++) {
    while (slots.has(slot)) slot++
    if (slot >= totalCompletions || !making.room.take()) return
    newTask(making, service, { Slot: slot++ }, "complete")
  }
}

/** Whether the job must do without the slot: its last task failed and its restart policy allows no other. */
const isSpent = (tx: Transaction, task: Task): boolean => isTerminal(task.Status.State) && !mayRestart(tx, task)

/** A task of an earlier run: what of it may still be alive goes. */
function endFormer(tx: Transaction, task: Task): void {
  if (!isTerminal(task.Status.State)) desire(tx, task.ID, "remove")
}

/**
 * Gives the node its one task of a global job, if it may have it and has had none in this run. On a lost node the task is told to stop.
 * Source: swarmkit manager/orchestrator/jobs/global/reconciler.go.
 */
export function reconcileGlobalJobOnNode(
  making: Bounded,
  service: Service,
  nodeId: string,
  tasks: ReadonlyArray<Task>,
): void {
  const { tx } = making
  const node = tx.get("nodes", nodeId)
  const mine = tasks.filter((task) => isOfIteration(task, service))
  for (const task of tasks) if (!mine.includes(task)) endFormer(tx, task)
  if (!node) {
    for (const task of tasks) tx.delete("tasks", task.ID)
  } else if (isLost(node)) {
    for (const task of mine) if (!isTerminal(task.Status.State)) desire(tx, task.ID, "shutdown")
  } else if (takesJobs(node, service) && !mine.some((task) => isWanted(task) || isSpent(tx, task))) {
    if (making.room.take()) newTask(making, service, { NodeID: nodeId }, "complete")
  }
}

/** A job runs on the nodes that are there when it is started; one that joins later has no part in it. */
function takesJobs(node: Node, service: Service): boolean {
  const started = service.JobStatus?.LastExecution ?? service.CreatedAt
  return (
    node.Spec.Availability === "active" &&
    node.Status.State === "ready" &&
    fromRfc3339(node.CreatedAt) <= fromRfc3339(started) &&
    nodeMatches(constraintsOf(service.Spec.TaskTemplate), node)
  )
}
