import { fromRfc3339, type Instant } from "../../../core/instant.ts"
import type { Service } from "../../../core/model/service.ts"
import type { Task } from "../../../core/model/task.ts"
import type { Reader } from "../../../core/store/reader.ts"
import { isWanted } from "../../tasks.ts"
import { slotsOf } from "../slots.ts"
import { isTaskDirty } from "./dirty.ts"

/** A slot in which an update has put its task already. */
export interface BegunSlot {
  readonly slot: string
  readonly task: Task
  /** When the task came up, by its node's clock; undefined while it has not. */
  readonly upSince: Instant | undefined
}

/**
 * What an update under an earlier leader had begun: slots whose task is as the service wants it, in the place of one of another version. Without
 * this a new leader would take an update that waits for one task for free to begin with the next slot, and so would the leader after it.
 */
export function begunSlots(reader: Reader, service: Service): ReadonlyArray<BegunSlot> {
  const begun: Array<BegunSlot> = []
  for (const [slot, occupants] of slotsOf(reader, service).occupied) {
    const task = occupants.find((occupant) => isWanted(occupant) && !isTaskDirty(reader, service, occupant))
    if (!task || occupants.some((other) => other !== task)) continue
    const replaces = reader.find("tasks", "slot", slot).some((other) => isTaskDirty(reader, service, other))
    if (!replaces) continue
    const upSince = task.Status.State === "running" ? fromRfc3339(task.Status.Timestamp) : undefined
    begun.push({ slot, task, upSince })
  }
  return begun
}
