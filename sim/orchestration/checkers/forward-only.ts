import { isTerminal, stateRank, type Task, type TaskState } from "../../../core/model/task.ts"
import type { Checker, Committed } from "../observation.ts"

/**
 * A task's observed state only moves on, along the edges that some writer may take: managers bring it to `assigned`, its node's agent from there to
 * its end, and only a manager ends what no agent reports on any more. What has ended stays as it is.
 */
export class ForwardOnly implements Checker {
  readonly name = "forward only"

  committed({ changes }: Committed): string | undefined {
    for (const change of changes) {
      if (change.table !== "tasks" || !change.before || !change.after) continue
      const wrong = judge(change.before, change.after)
      if (wrong)
        return `task ${change.id} went from ${change.before.Status.State} to ${change.after.Status.State}: ${wrong}`
    }
    return undefined
  }
}

function judge(before: Task, after: Task): string | undefined {
  const [from, to] = [before.Status.State, after.Status.State]
  if (from === to) return undefined
  if (stateRank(to) < stateRank(from)) return "back"
  if (isTerminal(from)) return "it had ended"
  const placed = stateRank(from) >= stateRank("assigned")
  if (!placed && stateRank(to) > stateRank("assigned") && !withoutNode.has(to)) return "no manager may do that"
  return undefined
}

/** How a task may end that was never on a node. */
const withoutNode: ReadonlySet<TaskState> = new Set(["shutdown", "rejected", "orphaned"])
