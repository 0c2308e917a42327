import { type Instant, type Millis, minutes } from "../../core/instant.ts"
import type { Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { Timers } from "../../core/timers.ts"
import { desire, mayBeAlive } from "../tasks.ts"

/** How long a new task waits for the end of the one it replaces. */
const patience: Millis = minutes(1)

/** A task that is desired ready and will be desired running (of a job: complete) later. */
interface Start {
  readonly taskId: string
  readonly notBefore: Instant
  readonly giveUp: Instant
  /** The task whose end it waits for. */
  readonly old: Pick<Task, "ID" | "NodeID"> | undefined
}

/**
 * Tasks that wait at READY for their time: until a delay has passed and the task they replace has ended, or its node went down, or a minute
 * is over. Source: swarmkit manager/orchestrator/restart/restart.go DelayStart.
 */
export class DelayedStarts {
  readonly #starts = new Map<string, Start>()
  /** Old task -> the new ones that wait for it. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #timers = new Timers()
  #started: Array<string> = []

  /** Lets the task run when its time has come, which may be now. */
  add(
    tx: Transaction,
    now: Instant,
    taskId: string,
    wait: { readonly delay: Millis; readonly old?: Task | undefined },
  ): void {
    const { delay, old } = wait
    const notBefore = now + delay
    const start: Start = {
      taskId,
      notBefore,
      giveUp: Math.max(notBefore, now + patience),
      old: old && mayBeAlive(old) ? { ID: old.ID, ...(old.NodeID ? { NodeID: old.NodeID } : {}) } : undefined,
    }
    this.#forget(taskId)
    this.#starts.set(taskId, start)
    if (start.old) {
      const waiting = this.#waiting.get(start.old.ID)
      if (waiting) waiting.add(taskId)
      else this.#waiting.set(start.old.ID, new Set([taskId]))
    }
    this.#check(tx, now, start)
  }

  has(taskId: string): boolean {
    return this.#starts.has(taskId)
  }

  /** Looks again at the starts that a change may set free. */
  observe(tx: Transaction, now: Instant, change: Applied): void {
    if (change.table === "tasks") {
      if (change.after === undefined) this.#forget(change.id)
      for (const id of [...(this.#waiting.get(change.id) ?? [])]) this.#recheck(tx, now, id)
    } else if (change.table === "nodes" && (change.after === undefined || change.after.Status.State === "down")) {
      for (const start of [...this.#starts.values()]) if (start.old?.NodeID === change.id) this.#check(tx, now, start)
    }
  }

  /** Starts what time alone kept waiting. */
  wake(tx: Transaction, now: Instant): void {
    for (const id of this.#timers.due(now)) this.#recheck(tx, now, id)
  }

  nextWake(): Instant | undefined {
    return this.#timers.next()
  }

  #recheck(tx: Transaction, now: Instant, taskId: string): void {
    const start = this.#starts.get(taskId)
    if (start) this.#check(tx, now, start)
  }

  #check(tx: Transaction, now: Instant, start: Start): void {
    const until = now < start.notBefore ? start.notBefore : isStillUp(tx, start) ? start.giveUp : now
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

  /** The tasks whose wait ended since this was last asked. */
  takeStarted(): ReadonlyArray<string> {
    const started = this.#started
    this.#started = []
    return started
  }

  #forget(taskId: string): void {
    const start = this.#starts.get(taskId)
    if (!start) return
    this.#starts.delete(taskId)
    this.#timers.clear(taskId)
    if (!start.old) return
    const waiting = this.#waiting.get(start.old.ID)
    waiting?.delete(taskId)
    if (waiting?.size === 0) this.#waiting.delete(start.old.ID)
  }
}

function isStillUp(tx: Transaction, { old }: Start): boolean {
  if (!old) return false
  const task = tx.get("tasks", old.ID)
  if (!task || !mayBeAlive(task)) return false
  const node = old.NodeID === undefined ? undefined : tx.get("nodes", old.NodeID)
  return node !== undefined && node.Status.State !== "down"
}
