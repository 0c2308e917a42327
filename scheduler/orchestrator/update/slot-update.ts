import type { Instant } from "../../../core/instant.ts"
import { modeOf } from "../../../core/model/defaults.ts"
import type { Service } from "../../../core/model/service.ts"
import { stateRank, type Task } from "../../../core/model/task.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import type { Turn } from "../../loop.ts"
import { desire, isWanted, newTask, placeOf } from "../../tasks.ts"
import { mayGetTask } from "../nodes.ts"
import { occupantsOf, type Slot } from "../slots.ts"
import type { DelayedStarts } from "../starts.ts"
import { isTaskDirty } from "./dirty.ts"

/** Where the replacement of one slot stands. */
export type SlotUpdate =
  /** Its new task has to come up; `startFirst`: then the others are told to stop. */
  | { readonly phase: "coming-up"; readonly slot: string; readonly taskId: string; readonly startFirst: boolean }
  /** It had a right task already, which has to be told to run. */
  | { readonly phase: "starting"; readonly slot: string; readonly taskId: string }
  /** Done; the next slot is not begun before `until`. */
  | { readonly phase: "delay"; readonly slot: string; readonly until: Instant }
  | { readonly phase: "done" }

/** What an update gives to the replacing of its slots. */
export interface SlotContext {
  readonly turn: Turn
  readonly service: Service
  readonly starts: DelayedStarts
  readonly startFirst: boolean
  /** When a slot that is finished now lets the next one begin. */
  readonly until: Instant
  /** A task was made by this update. */
  made(taskId: string): void
  /** A task came up, or ended before it did. */
  cameUp(taskId: string): void
}

/** Begins with a slot (swarmkit manager/orchestrator/update/updater.go worker). */
export function beginSlot(context: SlotContext, slot: string): SlotUpdate {
  const { tx } = context.turn
  const occupants = occupantsOf(tx, context.service, tx.find("tasks", "slot", slot))
  if (!occupants || !isOpenTo(context, occupants)) return { phase: "done" }
  const right = occupants.filter((task) => isWanted(task) && !isTaskDirty(tx, context.service, task))
  const existing = right.find((task) => task.DesiredState === "running") ?? right[0]
  return existing ? settleOn(context, slot, occupants, existing) : replace(context, slot, occupants)
}

/** Whether the slot may get a new task still. A node may have been paused, drained or labelled since the update was begun. */
const isOpenTo = ({ turn, service }: SlotContext, [{ NodeID = "" }]: Slot): boolean =>
  modeOf(service.Spec) !== "global" || mayGetTask(service, turn.tx.get("nodes", NodeID))

/** Goes on with a slot as far as its tasks have come. */
export function advanceSlot(context: SlotContext, update: SlotUpdate): SlotUpdate {
  const { now, tx } = context.turn
  switch (update.phase) {
    case "coming-up":
      return watch(context, update)
    case "starting":
      return tx.get("tasks", update.taskId)?.DesiredState === "ready" ? update : finish(context, update.slot)
    case "delay":
      return update.until <= now ? { phase: "done" } : update
    case "done":
      return update
  }
}

function settleOn(context: SlotContext, slot: string, occupants: Slot, existing: Task): SlotUpdate {
  const { tx, now } = context.turn
  if (context.startFirst && !runs(existing) && occupants.some((task) => task.ID !== existing.ID && runs(task))) {
    // The one that runs stays until the right one does. What else was begun goes.
    if (existing.DesiredState === "ready" && !context.starts.has(existing.ID)) context.starts.add(tx, now, existing, 0)
    return { phase: "coming-up", slot, taskId: existing.ID, startFirst: true }
  }
  stopOthers(tx, occupants, existing.ID)
  if (existing.DesiredState === "running") return finish(context, slot)
  // One that waits for the delay of its restart goes on to do so.
  if (!context.starts.has(existing.ID)) context.starts.add(tx, now, existing, 0)
  return advanceSlot(context, { phase: "starting", slot, taskId: existing.ID })
}

const runs = (task: Task): boolean => task.Status.State === "running"

/** Starting the new one first keeps one of those that stand for the slot: what an update before this one had begun there goes. */
function replace(context: SlotContext, slot: string, occupants: Slot): SlotUpdate {
  const { turn, service, startFirst } = context
  const task = newTask(turn, service, placeOf(occupants[0]), startFirst ? "running" : "ready")
  context.made(task.ID)
  if (startFirst) stopOthers(turn.tx, occupants, (occupants.find(runs) ?? occupants[0]).ID)
  else {
    stopOthers(turn.tx, occupants, task.ID)
    context.starts.add(turn.tx, turn.now, task, 0)
  }
  return { phase: "coming-up", slot, taskId: task.ID, startFirst }
}

function watch(context: SlotContext, update: SlotUpdate & { readonly phase: "coming-up" }): SlotUpdate {
  const { tx } = context.turn
  const task = tx.get("tasks", update.taskId)
  if (task && stateRank(task.Status.State) >= stateRank("running")) {
    context.cameUp(task.ID)
    if (update.startFirst && task.Status.State === "running")
      stopOthers(tx, tx.find("tasks", "slot", update.slot), task.ID)
    return finish(context, update.slot)
  }
  if (task && isWanted(task)) return update
  // It was given up before it came up, because its node was lost or its slot removed: its replacement is waited for instead.
  const successor = tx
    .find("tasks", "slot", update.slot)
    .find((other) => isWanted(other) && !isTaskDirty(tx, context.service, other))
  return successor ? watch(context, { ...update, taskId: successor.ID }) : finish(context, update.slot)
}

const finish = (context: SlotContext, slot: string): SlotUpdate =>
  context.until > context.turn.now ? { phase: "delay", slot, until: context.until } : { phase: "done" }

function stopOthers(tx: Transaction, tasks: ReadonlyArray<Task>, keep: string): void {
  for (const task of tasks) if (task.ID !== keep && isWanted(task)) desire(tx, task.ID, "shutdown")
}
