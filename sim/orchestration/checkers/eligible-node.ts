import type { Node } from "../../../core/model/node.ts"
import type { Task } from "../../../core/model/task.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { specOf } from "../../../core/store/reader.ts"
import type { Checker, Committed } from "../observation.ts"
import { isAssignment } from "./tasks.ts"

/** Nothing is assigned to a node that is down, paused or drained, or that does not meet the task's constraints, in the state on which that was decided. */
export class EligibleNode implements Checker {
  readonly name = "eligible node"

  committed({ changes, after }: Committed): string | undefined {
    for (const change of changes) {
      if (!isAssignment(change)) continue
      const node = after.get("nodes", change.after.NodeID ?? "")
      const wrong = node ? judge(node, specOf(after, change.after), change.after) : "that is not there"
      if (wrong) return `task ${change.id} was assigned to node ${change.after.NodeID} ${wrong}`
    }
    return undefined
  }
}

function judge(node: Node, spec: TaskSpec | undefined, _task: Task): string | undefined {
  if (node.Status.State !== "ready") return `which is ${node.Status.State}`
  if (node.Spec.Availability !== "active") return `which is set to ${node.Spec.Availability}`
  const broken = (spec?.Placement?.Constraints ?? []).find((constraint) => !meets(node, constraint))
  return broken === undefined ? undefined : `which does not meet ${broken}`
}

/** What the runs here ask for: labels, roles and host names, equal or not. Apart from the scheduler's own reading, on purpose. */
function meets(node: Node, constraint: string): boolean {
  const [, key = "", operator, value = ""] = /^\s*(\S+?)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? []
  const label = key.startsWith("node.labels.") ? (node.Spec.Labels[key.slice("node.labels.".length)] ?? "") : undefined
  const has = label ?? (key === "node.role" ? node.Spec.Role : key === "node.hostname" ? node.Description.Hostname : "")
  return (has.toLowerCase() === value.toLowerCase()) === (operator === "==")
}
