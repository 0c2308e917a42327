import { type Instant, type Millis, minutes } from "../../core/instant.ts"
import type { Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Reader } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { Timers } from "../../core/timers.ts"
import { desire, isWanted, mayBeAlive } from "../tasks.ts"

/** How long a new task waits for the end of those it replaces. */
const patience: Millis = minutes(1)

/** A task that is desired ready and will be desired running (of a job: complete) later. */
interface Start {
  readonly taskId: string
  readonly slot: string
  readonly notBefore: Instant
  readonly giveUp: Instant
}

/**
 * Tasks that wait at READY for their time: until a delay has passed and every task that was told to go from their slot has ended, or its node went
 * down, or a minute is over. Source: swarmkit manager/orchestrator/restart/restart.go DelayStart, which waits for one of them only.
 */
export class DelayedStarts {
  readonly #starts = new Map<string, Start>()
  /** Slot -> the tasks that wait in it: an update may have begun there beside a restart. */
  readonly #bySlot = new Map<string, Set<string>>()
  readonly #timers = new Timers()
  #started: Array<string> = []

  /** Lets the task run when its time has come, which may be now. */
  add(tx: Transaction, now: Instant, task: Task, delay: Millis): void {
    const notBefore = now + delay
    const start = { taskId: task.ID, slot: slotKey(task), notBefore, giveUp: Math.max(notBefore, now + patience) }
    this.#starts.set(task.ID, start)
    const waiting = this.#bySlot.get(start.slot)
    if (waiting) waiting.add(task.ID)
    else this.#bySlot.set(start.slot, new Set([task.ID]))
    this.#check(tx, now, start)
  }

  has(taskId: string): boolean {
    return this.#starts.has(taskId)
  }

  /** Looks again at the starts that a change may set free. */
  observe(tx: Transaction, now: Instant, change: Applied): void {
    if (change.table === "tasks") {
      if (change.after === undefined) this.#forget(change.id)
      const task = change.after ?? change.before
      if (task && this.#starts.size > 0) this.#recheckSlot(tx, now, slotKey(task))
    } else if (change.table === "nodes" && (change.after === undefined || change.after.Status.State === "down")) {
      for (const task of tx.find("tasks", "node", change.id)) this.#recheckSlot(tx, now, slotKey(task))
    }
  }

  /** Starts what time alone kept waiting. */
  wake(tx: Transaction, now: Instant): void {
    for (const id of this.#timers.due(now)) this.#recheck(tx, now, id)
  }

  nextWake(): Instant | undefined {
    return this.#timers.next()
  }

  /** The tasks whose wait ended since this was last asked. */
  takeStarted(): ReadonlyArray<string> {
    const started = this.#started
    this.#started = []
    return started
  }

  #recheckSlot(tx: Transaction, now: Instant, slot: string): void {
    for (const id of [...(this.#bySlot.get(slot) ?? [])]) this.#recheck(tx, now, id)
  }

  #recheck(tx: Transaction, now: Instant, taskId: string): void {
    const start = this.#starts.get(taskId)
    if (start) this.#check(tx, now, start)
  }

  #check(tx: Transaction, now: Instant, start: Start): void {
    const until = now < start.notBefore ? start.notBefore : isOccupied(tx, start.slot) ? start.giveUp : now
    if (now < until) {
      this.#timers.set(start.taskId, until)
      return
    }
    this.#forget(start.taskId)
    const task = tx.get("tasks", start.taskId)
    if (task?.DesiredState !== "ready") return
    desire(tx, task.ID, task.JobIteration === undefined ? "running" : "complete")
    this.#started.push(task.ID)
  }

  #forget(taskId: string): void {
    const start = this.#starts.get(taskId)
    if (!start) return
    this.#starts.delete(taskId)
    this.#timers.clear(taskId)
    const waiting = this.#bySlot.get(start.slot)
    waiting?.delete(taskId)
    if (waiting?.size === 0) this.#bySlot.delete(start.slot)
  }
}

/** Whether something that was told to go from the slot may still run, on a node that is there. */
function isOccupied(reader: Reader, slot: string): boolean {
  return reader.find("tasks", "slot", slot).some((task) => {
    if (isWanted(task) || !mayBeAlive(task)) return false
    const node = reader.get("nodes", task.NodeID ?? "")
    return node !== undefined && node.Status.State !== "down"
  })
}
