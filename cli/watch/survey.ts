import { fromRfc3339 } from "../../core/instant.ts"
import type { Task, TaskState } from "../../core/model/task.ts"
import type { ClusterStatus } from "../../nodes/status.ts"

/**
 * A service's tasks in numbers: those that should be there, those that run (on nodes that are up), a job's complete ones; those whose container
 * has started and is not healthy yet, and places whose last task was unhealthy and where nothing runs since.
 */
export interface Counts {
  wanted: number
  running: number
  complete: number
  starting: number
  unhealthy: number
}

/** The tasks of a cluster, sorted out in one pass: there may be a hundred thousand of them. */
export interface Survey {
  /** By service ID. */
  readonly counts: ReadonlyMap<string, Readonly<Counts>>
  /** By node ID: tasks that are there, and the last failure of each place where nothing runs. */
  readonly onNode: ReadonlyMap<string, ReadonlyArray<Task>>
  /** Without a node. */
  readonly waiting: ReadonlyArray<Task>
  /** IDs of the nodes that are down. */
  readonly down: ReadonlySet<string>
}

/** The same as core's isTerminal; but loading the model's schemas takes longer than drawing a picture. */
const ended: ReadonlySet<TaskState> = new Set(["complete", "shutdown", "failed", "rejected", "remove", "orphaned"])

export const hasEnded = ({ Status }: Task): boolean => ended.has(Status.State)

const unwanted: ReadonlySet<TaskState> = new Set(["shutdown", "failed", "rejected", "remove", "orphaned"])

/** Whether the cluster wants the task to run, or (a job's) to complete. */
export const isWanted = ({ DesiredState }: Task): boolean => !unwanted.has(DesiredState)

export const hasFailed = ({ Status }: Task): boolean => Status.State === "failed" || Status.State === "rejected"

export function survey(status: ClusterStatus): Survey {
  const down = new Set(status.nodes.filter(({ Status }) => Status.State === "down").map(({ ID }) => ID))
  const counts = new Map<string, Counts>()
  const onNode = new Map<string, Task[]>()
  const waiting: Task[] = []
  const failed: Task[] = []
  const place = (task: Task, nodeId: string) => {
    const known = onNode.get(nodeId)
    if (known) known.push(task)
    else onNode.set(nodeId, [task])
  }
  for (const task of status.tasks) {
    const { State } = task.Status
    if (isWanted(task)) count(counts, task, down)
    if (hasFailed(task)) failed.push(task)
    else if (hasEnded(task) && !(State === "complete" && task.DesiredState === "complete")) continue
    else if (task.NodeID !== undefined) place(task, task.NodeID)
    else if (isWanted(task)) waiting.push(task)
  }
  for (const task of lastFailures(failed, status.tasks)) {
    if (task.NodeID !== undefined) place(task, task.NodeID)
    if (/unhealthy/.test(task.Status.Err ?? "")) countsOf(counts, task).unhealthy++
  }
  return { counts, onNode, waiting, down }
}

/** Adds a task that is wanted. Tasks on nodes that are down do not count as running, whatever they said last. */
function count(counts: Map<string, Counts>, task: Task, down: ReadonlySet<string>): void {
  const { NodeID, Status } = task
  const sums = countsOf(counts, task)
  const isLost = NodeID !== undefined && down.has(NodeID)
  if (Status.State === "complete") sums.complete++
  if (Status.State === "running" && !isLost) sums.running++
  if (Status.State === "starting" && !isLost) sums.starting++
  if (Status.State === "complete" || !hasEnded(task)) sums.wanted++
}

function countsOf(counts: Map<string, Counts>, { ServiceID }: Task): Counts {
  const known = counts.get(ServiceID)
  if (known !== undefined) return known
  const sums = { wanted: 0, running: 0, complete: 0, starting: 0, unhealthy: 0 }
  counts.set(ServiceID, sums)
  return sums
}

/** A replicated task's place is its slot, a global one's its node. */
const placeOf = (task: Task): string => `${task.ServiceID}/${task.Slot ?? task.NodeID ?? ""}`

/** Of each place that is wanted and where nothing runs, the task that failed last: what went wrong, until something runs there again. */
function lastFailures(failed: ReadonlyArray<Task>, tasks: ReadonlyArray<Task>): ReadonlyArray<Task> {
  if (failed.length === 0) return []
  const last = new Map<string, Task>()
  for (const task of failed) {
    const known = last.get(placeOf(task))
    if (known === undefined || fromRfc3339(known.CreatedAt) < fromRfc3339(task.CreatedAt)) last.set(placeOf(task), task)
  }
  const healthy = new Set<string>()
  const wanted = new Set<string>()
  for (const task of tasks) {
    if (!isWanted(task)) continue
    const place = placeOf(task)
    wanted.add(place)
    if (task.Status.State === "running" || task.Status.State === "complete") healthy.add(place)
  }
  return [...last].filter(([place]) => wanted.has(place) && !healthy.has(place)).map(([, task]) => task)
}
