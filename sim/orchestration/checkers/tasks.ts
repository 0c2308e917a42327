import { fromRfc3339, type Instant } from "../../../core/instant.ts"
import type { Node } from "../../../core/model/node.ts"
import { isTerminal, stateRank, type Task } from "../../../core/model/task.ts"
import type { Applied, AppliedTo } from "../../../core/store/change.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import { slotKey } from "../../../core/store/tables.ts"

/** Whether the task is meant to run, now or soon. */
export const isWanted = (task: Task): boolean => stateRank(task.DesiredState) <= stateRank("running")

/** Whether its node has it and has not said that it ended. */
export const isAlive = (task: Task): boolean =>
  stateRank(task.Status.State) >= stateRank("assigned") && !isTerminal(task.Status.State)

/** A task got its node. */
export function isAssignment(change: Applied): change is AppliedTo<"tasks"> & { readonly after: Task } {
  if (change.table !== "tasks" || !change.after || !isAlive(change.after)) return false
  return change.before === undefined || stateRank(change.before.Status.State) < stateRank("assigned")
}

/** Whether tasks that are on the node may stay there. A node is unknown for moments after a change of leader. */
export const isKeeping = (node: Node | undefined): boolean =>
  node !== undefined &&
  (node.Status.State === "ready" || node.Status.State === "unknown") &&
  node.Spec.Availability !== "drain"

/** When the cycle was decided that wrote the task so, by its leader's clock: what it waited for is measured by that, not by when the entry was applied. */
export const writtenAt = (task: Task): Instant => fromRfc3339(task.UpdatedAt)

/** The tasks of a slot, for messages. */
export const describeSlot = (store: ClusterStore, task: Task): string =>
  store
    .find("tasks", "slot", slotKey(task))
    .map(
      ({ ID, SpecVersion, Status, DesiredState, NodeID }) =>
        `\n    ${ID} spec ${SpecVersion.Index} ${Status.State}, to be ${DesiredState}, on ${NodeID ?? "no node"}${Status.Err ? ` (${Status.Err})` : ""}`,
    )
    .join("")
