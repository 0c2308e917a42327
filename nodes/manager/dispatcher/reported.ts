import { fromRfc3339 } from "../../../core/instant.ts"
import { isTerminal, stateRank, type TaskState, type TaskStatus } from "../../../core/model/task.ts"
import type { Transaction } from "../../../core/store/transaction.ts"

/** The states that a node may report. */
const reportable: ReadonlySet<TaskState> = new Set([
  "accepted",
  "preparing",
  "ready",
  "starting",
  "running",
  "complete",
  "shutdown",
  "failed",
  "rejected",
])

/** Writes what a node reports of a task. Reports that are late, repeated, of deleted tasks or of another node's change nothing. */
export function applyReport(tx: Transaction, nodeId: string, taskId: string, status: TaskStatus): void {
  const task = tx.get("tasks", taskId)
  if (task === undefined || task.NodeID !== nodeId || !isProgress(task.Status, status)) return
  tx.update("tasks", { ...task, Status: status })
}

/** Of two reports on a task, whether the second is to replace the first. */
export function isProgress(before: TaskStatus, after: TaskStatus): boolean {
  if (!reportable.has(after.State)) return false
  const step = stateRank(after.State) - stateRank(before.State)
  if (step !== 0) return step > 0
  return !isTerminal(after.State) && fromRfc3339(after.Timestamp) > fromRfc3339(before.Timestamp)
}
