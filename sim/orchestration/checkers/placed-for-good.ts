import { stateRank, type Task } from "../../../core/model/task.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import type { Checker, Committed } from "../observation.ts"

/** From `assigned` on a task has a node, and always the same; no task's ID is used twice; a task that is wanted has its service, and its spec is on record. */
export class PlacedForGood implements Checker {
  readonly name = "placed for good"
  readonly #gone = new Set<string>()

  committed({ changes, after }: Committed): string | undefined {
    for (const change of changes) {
      if (change.table !== "tasks") continue
      if (!change.after) {
        this.#gone.add(change.id)
        continue
      }
      if (this.#gone.has(change.id)) return `the ID ${change.id} of a deleted task is used again`
      const wrong = judge(change.before, change.after, after)
      if (wrong) return `task ${change.id} ${wrong}`
    }
    return undefined
  }
}

function judge(before: Task | undefined, task: Task, store: ClusterStore): string | undefined {
  const placed = stateRank(task.Status.State) >= stateRank("assigned")
  // What never ran may end without a node.
  if (placed && task.NodeID === undefined && stateRank(task.Status.State) <= stateRank("running"))
    return `is ${task.Status.State} without a node`
  if (before?.NodeID !== undefined && before.NodeID !== task.NodeID)
    return `moved from node ${before.NodeID} to ${task.NodeID}`
  if (!store.get("services", task.ServiceID) && task.DesiredState !== "remove")
    return `is to be ${task.DesiredState}, but its service ${task.ServiceID} is gone`
  if (!store.get("specs", `${task.ServiceID}.${task.SpecVersion.Index}`)) return "has no spec on record"
  return undefined
}
