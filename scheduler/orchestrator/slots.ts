import type { Service } from "../../core/model/service.ts"
import type { Task } from "../../core/model/task.ts"
import type { Reader } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import { isWanted, latestOf } from "../tasks.ts"
import { mayRestart } from "./restart-policy.ts"

/** The tasks of a slot that stand for it; never empty. */
export type Slot = readonly [Task, ...ReadonlyArray<Task>]

/**
 * The tasks that stand for a slot: those that are wanted, or else the last one if the restart policy leaves it ended, so that it keeps the slot and a later
 * update may still replace it. Undefined when the slot is free. A rollback always refills.
 * Source: swarmkit manager/orchestrator/restart/restart.go UpdatableTasksInSlot.
 */
export function occupantsOf(reader: Reader, service: Service, tasks: ReadonlyArray<Task>): Slot | undefined {
  const [first, ...others] = tasks.filter(isWanted)
  if (first) return [first, ...others]
  if (service.UpdateStatus?.State === "rollback_started") return undefined
  const latest = latestOf(tasks)
  if (!latest || latest.DesiredState === "remove" || mayRestart(reader, latest)) return undefined
  return [latest]
}

export interface Slots {
  /** By slot key. */
  readonly occupied: ReadonlyMap<string, Slot>
  /** Tasks left of slots that nobody needs any more. */
  readonly leftovers: ReadonlyArray<Task>
}

export function slotsOf(reader: Reader, service: Service): Slots {
  const groups = new Map<string, Array<Task>>()
  for (const task of reader.find("tasks", "service", service.ID)) {
    const key = slotKey(task)
    const group = groups.get(key)
    if (group) group.push(task)
    else groups.set(key, [task])
  }
  const occupied = new Map<string, Slot>()
  const leftovers: Array<Task> = []
  for (const [key, tasks] of groups) {
    const occupants = occupantsOf(reader, service, tasks)
    if (occupants) occupied.set(key, occupants)
    else leftovers.push(...tasks)
  }
  return { occupied, leftovers }
}
