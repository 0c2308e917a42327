import type { Task } from "../../client/types.ts"
import { barsMax, type Line, stateNumber, taskLine } from "./line.ts"
import type { Observation, Progress, Updater } from "./updater.ts"

const completeNumber = 10

/** Tasks of the job's present iteration, the least advanced one of each place. */
function currentTasks<K>(seen: Observation, place: (task: Task) => K): ReadonlyMap<K, Task> {
  const iteration = seen.service.JobStatus?.JobIteration.Index ?? 0
  const chosen = new Map<K, Task>()
  for (const task of seen.tasks) {
    if (task.JobIteration === undefined || (task.JobIteration.Index ?? 0) !== iteration) continue
    if (stateNumber(task.DesiredState) === 0 || stateNumber(task.Status.State) === 0) continue
    const held = chosen.get(place(task))
    if (held === undefined || stateNumber(held.Status.State) > stateNumber(task.Status.State))
      chosen.set(place(task), task)
  }
  return chosen
}

const isComplete = (task: Task): boolean => task.Status.State === "complete"

const jobLine = (complete: number, total: number): Line => ({
  id: "job progress",
  text: `${String(complete).padStart(String(total).length)} out of ${total} complete`,
  bar: { current: complete, total },
})

/** A replicated job is over when all its completions are there. */
export class ReplicatedJobUpdater implements Updater {
  #started = false

  update(seen: Observation): Progress {
    const job = seen.service.Spec.Mode?.ReplicatedJob
    const total = job?.TotalCompletions ?? 1
    const concurrent = job?.MaxConcurrent ?? 1
    const lines: Line[] = []
    if (!this.#started) {
      lines.push(...overallLines(0, 0, total, concurrent))
      for (let i = 1; i <= total && total <= barsMax; i++) lines.push({ id: `${i}/${total}`, text: " " })
      this.#started = true
    }
    const tasks = [...currentTasks(seen, (task) => task.Slot ?? 0)].sort(([a], [b]) => a - b)
    if (total <= barsMax)
      for (const [slot, task] of tasks) lines.push(taskLine(`${slot + 1}/${total}`, task, completeNumber))
    const active = tasks.filter(([, task]) => stateNumber(task.Status.State) < completeNumber).length
    const complete = tasks.filter(([, task]) => isComplete(task)).length
    lines.push(...overallLines(active, complete, total, concurrent))
    return { converged: complete === total, lines }
  }
}

function overallLines(active: number, complete: number, total: number, concurrent: number): ReadonlyArray<Line> {
  const width = String(concurrent).length
  const wanted = Math.min(total - complete, concurrent)
  const counts = `${String(active).padStart(width)} out of ${String(wanted).padStart(width)} tasks`
  return [jobLine(complete, total), { id: "active tasks", text: counts }]
}

/** A global job is over when it is complete on every node it was given to at first; nodes that come later do not count. */
export class GlobalJobUpdater implements Updater {
  #nodes: ReadonlySet<string> | undefined

  update(seen: Observation): Progress {
    const tasks = currentTasks(seen, (task) => task.NodeID ?? "")
    const lines: Line[] = []
    if (this.#nodes === undefined) {
      if (seen.tasks.length === 0 && seen.activeNodes.size > 0) {
        return { converged: false, lines: [{ id: "job progress", text: "waiting for tasks" }] }
      }
      this.#nodes = new Set(tasks.keys())
      lines.push(jobLine(0, this.#nodes.size))
    }
    const nodes = this.#nodes
    const counted = [...tasks].filter(([node]) => nodes.has(node)).sort(([a], [b]) => (a < b ? -1 : 1))
    if (nodes.size <= barsMax) for (const [node, task] of counted) lines.push(taskLine(node, task, completeNumber))
    const complete = counted.filter(([, task]) => isComplete(task)).length
    lines.push(jobLine(complete, nodes.size))
    return { converged: complete === nodes.size, lines }
  }
}
