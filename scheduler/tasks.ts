import { newId } from "../core/id.ts"
import { fromRfc3339, type Instant, toRfc3339 } from "../core/instant.ts"
import type { Service } from "../core/model/service.ts"
import { isTerminal, stateRank, type Task, type TaskState } from "../core/model/task.ts"
import type { Random } from "../core/random.ts"
import type { Reader } from "../core/store/reader.ts"
import type { Transaction } from "../core/store/transaction.ts"
import { recordSpec } from "./spec-records.ts"

/** Where a new task stands: in a numbered slot of its service, or (global services) on a node. */
export type Place = { readonly Slot: number } | { readonly NodeID: string }

/** What making a task takes. */
export interface Making {
  readonly tx: Transaction
  readonly now: Instant
  readonly random: Random
}

/**
 * How many tasks may still be made in a cycle. A cycle is one entry of the log, and takes the leader's whole attention: what a large service lacks
 * is made in several, each small enough to be replicated and short enough that its heartbeats are in time.
 */
export class Room {
  #left: number
  #wanting = false

  constructor(tasks: number) {
    this.#left = tasks
  }

  /** Whether one more may be made now. */
  take(): boolean {
    if (this.#left > 0) this.#left--
    else this.#wanting = true
    return !this.#wanting
  }

  /** Something was left for the next cycle. */
  get wanting(): boolean {
    return this.#wanting
  }
}

/** A making of tasks that ends when there is no room for more. */
export interface Bounded extends Making {
  readonly room: Room
}

/** Adds a task made from the service's current spec, and that spec's record if it is the first. */
export function newTask(
  { tx, now, random }: Making,
  service: Service,
  place: Place,
  desired: TaskState = "running",
): Task {
  recordSpec(tx, service)
  return tx.create("tasks", {
    ID: newId(random),
    ServiceID: service.ID,
    SpecVersion: service.SpecVersion,
    ...place,
    Status: { Timestamp: toRfc3339(now), State: "new", Message: "created" },
    DesiredState: desired,
    ...logDriver(tx, service),
    ...(service.JobStatus && { JobIteration: service.JobStatus.JobIteration }),
  })
}

/** A task whose spec names no log driver has the swarm's default of this moment (swarmkit orchestrator.NewTask). */
function logDriver(reader: Reader, { Spec }: Service): Pick<Task, "LogDriver"> {
  if (Spec.TaskTemplate.LogDriver) return {}
  for (const { Spec } of reader.all("clusters")) {
    const { LogDriver } = Spec.TaskDefaults
    return LogDriver === undefined ? {} : { LogDriver }
  }
  return {}
}

/** The place of a task, for the one that replaces it. */
export const placeOf = (task: Task): Place =>
  task.Slot === undefined ? { NodeID: task.NodeID ?? "" } : { Slot: task.Slot }

/** Asks more of a task. Desired states too only move forward: what is asked already, or passed, changes nothing. */
export function desire(tx: Transaction, id: string, state: TaskState): void {
  const task = tx.get("tasks", id)
  if (!task || stateRank(task.DesiredState) >= stateRank(state)) return
  tx.update("tasks", { ...task, DesiredState: state })
}

/** Whether the task is meant to run (or to get ready to), now or soon. Tasks of jobs are meant to complete, and go on to be so when they have. */
export const isWanted = (task: Task): boolean => stateRank(task.DesiredState) <= stateRank("complete")

/** Whether the task belongs to the run of a job that counts now; tasks of services that are no jobs always do. */
export const isOfIteration = (task: Task, service: Service): boolean =>
  service.JobStatus === undefined || task.JobIteration?.Index === service.JobStatus.JobIteration.Index

/** Whether something of the task may run on a node. */
export const mayBeAlive = (task: Task): boolean =>
  stateRank(task.Status.State) >= stateRank("assigned") && !isTerminal(task.Status.State)

/** It never got to a node and will not: nobody needs to stop it. */
export const willNeverRun = (task: Task): boolean =>
  stateRank(task.Status.State) < stateRank("assigned") && !isWanted(task)

/** A task that was told to stop before it had a node is as good as stopped: it is made so. Says whether it was such a task. */
export function setAside(tx: Transaction, now: Instant, task: Task): boolean {
  if (task.DesiredState !== "shutdown" || stateRank(task.Status.State) >= stateRank("assigned")) return false
  const { Err: _, ...status } = task.Status
  tx.update("tasks", { ...task, Status: { ...status, Timestamp: toRfc3339(now), State: "shutdown" } })
  return true
}

export const createdAt = (task: Task): Instant => fromRfc3339(task.CreatedAt)

/** The task made last; of several made at the same instant the one written last. */
export function newestOf(tasks: ReadonlyArray<Task>): Task | undefined {
  let newest: Task | undefined
  for (const task of tasks) if (!newest || createdAt(task) >= createdAt(newest)) newest = task
  return newest
}

/** The task that was last written by the managers' clock, of several the one made last: in a slot where none is wanted, the one that ended last. */
export function latestOf(tasks: ReadonlyArray<Task>): Task | undefined {
  let latest: Task | undefined
  let at = Number.NEGATIVE_INFINITY
  for (const task of tasks) {
    const writtenAt = fromRfc3339(task.UpdatedAt)
    if (writtenAt < at || (writtenAt === at && latest && createdAt(task) < createdAt(latest))) continue
    latest = task
    at = writtenAt
  }
  return latest
}
