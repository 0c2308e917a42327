import { fromRfc3339, type Instant } from "../../../core/instant.ts"
import type { Service } from "../../../core/model/service.ts"
import { stateRank, type Task } from "../../../core/model/task.ts"
import { createdAt, isWanted } from "../../tasks.ts"
import type { Slot } from "../slots.ts"
import { rolloutOf } from "./config.ts"
import type { SlotUpdate } from "./slot-update.ts"
import { isUnderWay } from "./status.ts"

/** What an update under an earlier leader had begun. */
export interface Begun {
  readonly slots: ReadonlyMap<string, SlotUpdate>
  /** Tasks that it made, with the time at which they came up, as far as they are still watched. */
  readonly made: ReadonlyMap<string, Instant | undefined>
}

export const nothingBegun: Begun = { slots: new Map(), made: new Map() }

/**
 * Finds, from the tasks alone, the slots that an earlier leader was at, so that a new one neither begins more than may be under way nor
 * stops an old task before the new one runs. Swarm's leader begins with the next slots at once.
 */
export function begunBefore(service: Service, slots: ReadonlyMap<string, Slot>, now: Instant): Begun {
  const { delay, lastMonitor } = rolloutOf(service)
  const since = isUnderWay(service) ? fromRfc3339(service.UpdateStatus?.StartedAt ?? "") : Number.NaN
  const found = new Map<string, SlotUpdate>()
  const made = new Map<string, Instant | undefined>()
  for (const [key, slot] of slots) {
    const task = slot.find((one) => isMade(service, one) && (createdAt(one) >= since || slot.some((two) => two.Moving)))
    if (!task) continue
    if (stateRank(task.Status.State) < stateRank("running")) {
      made.set(task.ID, undefined)
      found.set(key, { phase: "coming-up", slot: key, taskId: task.ID, startFirst: slot.length > 1 })
      continue
    }
    const upSince = fromRfc3339(task.UpdatedAt)
    if (now - upSince < lastMonitor) made.set(task.ID, upSince)
    if (slot.length === 1 && upSince + delay > now)
      found.set(key, { phase: "delay", slot: key, until: upSince + delay })
  }
  return { slots: found, made }
}

const isMade = (service: Service, task: Task): boolean =>
  isWanted(task) && !task.Moving && task.SpecVersion.Index === service.SpecVersion.Index
