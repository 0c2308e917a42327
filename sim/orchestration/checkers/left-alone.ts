import { modeOf } from "../../../core/model/defaults.ts"
import type { Service } from "../../../core/model/service.ts"
import { isTerminal, type Task } from "../../../core/model/task.ts"
import { specRecordOf } from "../../../core/store/reader.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Checker, Committed } from "../observation.ts"
import { describeSlot, isKeeping, isWanted } from "./tasks.ts"

/**
 * A task that is what its service asks for, on a node that may keep it, is not told to stop: neither by an update nor by a rollback, nor because the
 * leader changed.
 */
export class LeftAlone implements Checker {
  readonly name = "left alone"

  committed({ changes, after }: Committed): string | undefined {
    const made = new Set(changes.flatMap((change) => (change.table === "tasks" && !change.before ? change.id : [])))
    for (const change of changes) {
      if (change.table !== "tasks" || !change.before || !change.after) continue
      if (!isWanted(change.before) || change.after.DesiredState !== "shutdown") continue
      const service = after.get("services", change.after.ServiceID)
      if (!service || !wasRight(after, service, change.after, made)) continue
      const { State } = change.after.Status
      return `task ${change.id} of ${service.Spec.Name} was told to stop while it was ${State} and all that its service (spec ${service.SpecVersion.Index}, ${service.UpdateStatus?.State}) asks for${describeSlot(after, change.after)}`
    }
    return undefined
  }
}

function wasRight(store: ClusterStore, service: Service, task: Task, made: ReadonlySet<string>): boolean {
  const mode = modeOf(service.Spec)
  if (mode !== "replicated" && mode !== "global") return false
  // Somebody asked for it to be moved.
  if (task.Moving) return false
  if (isTerminal(task.Status.State) || task.NodeID === undefined) return false
  const node = store.get("nodes", task.NodeID)
  if (!isKeeping(node)) return false
  // Where a node no longer meets the constraints the task is moved, and one of a global service ends.
  if ((service.Spec.TaskTemplate.Placement?.Constraints?.length ?? 0) > 0) return false
  // Of several that were wanted in one slot, one is kept.
  const others = store
    .find("tasks", "slot", slotKey(task))
    .filter((other) => other.ID !== task.ID && !made.has(other.ID))
  if (others.some(isWanted)) return false
  return sameSpec(store, service, task)
}

/** Whether the task is of its service's spec, to the letter, whatever the version's number. */
function sameSpec(store: ClusterStore, service: Service, task: Task): boolean {
  if (task.SpecVersion.Index === service.SpecVersion.Index) return true
  const record = specRecordOf(store, task)
  return (
    record !== undefined &&
    same(record.Spec, service.Spec.TaskTemplate) &&
    same(record.EndpointSpec, service.Spec.EndpointSpec)
  )
}

/** Equal to the letter: what is only equal in meaning is not judged here. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
