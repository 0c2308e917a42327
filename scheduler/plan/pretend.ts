import { type Instant, toRfc3339 } from "../../core/instant.ts"
import { isTerminal, stateRank, type Task, type TaskState } from "../../core/model/task.ts"
import type { Reader } from "../../core/store/reader.ts"
import type { Transaction } from "../../core/store/transaction.ts"

/** What an agent with whom all goes well would report next; undefined when there is nothing to report, or nobody to. */
export function wouldReport(reader: Reader, task: Task): TaskState | undefined {
  const { State } = task.Status
  if (task.NodeID === undefined || stateRank(State) < stateRank("assigned") || isTerminal(State)) return undefined
  const node = reader.get("nodes", task.NodeID)
  if (node?.Status.State !== "ready") return undefined
  if (stateRank(task.DesiredState) > stateRank("complete")) return "shutdown"
  const goal = task.DesiredState
  return stateRank(State) < stateRank(goal) ? goal : undefined
}

export function report(tx: Transaction, now: Instant, task: Task, State: TaskState): void {
  tx.update("tasks", { ...task, Status: { Timestamp: toRfc3339(now), State } })
}
