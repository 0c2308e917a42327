import type { Task } from "../../client/types.ts"

/**
 * A line of progress display. Lines with the same `id` replace one another on a terminal. A `bar` is drawn on terminals only: elsewhere
 * such a line is left out. `final` lines are never replaced.
 */
export interface Line {
  readonly id: string
  readonly text: string
  readonly bar?: { readonly current: number; readonly total: number }
  readonly final?: true
}

export const overall = (done: number, all: number, rollback: boolean): Line => ({
  id: "overall progress",
  text: `${rollback ? "rolling back update: " : ""}${done} out of ${all} tasks`,
})

/** With more tasks than this, only the overall progress is shown. */
export const barsMax = 20

/** The order of states as far as progress goes; a task in another state is not counted at all. */
const numbers: ReadonlyMap<string, number> = new Map(
  [
    "new",
    "allocated",
    "pending",
    "assigned",
    "accepted",
    "preparing",
    "ready",
    "starting",
    "running",
    "complete",
    "shutdown",
    "failed",
    "rejected",
  ].map((state, i) => [state, i + 1] as const),
)

const runningNumber = 9

export const stateNumber = (state: string): number => numbers.get(state) ?? 0
export const isOver = (state: string): boolean => stateNumber(state) > runningNumber

const longestState = "preparing".length

/** How far a task is: its error, or its state with a bar. */
export function taskLine(id: string, task: Task, total: number): Line {
  const error = task.Status.Err ?? ""
  if (error !== "") return { id, text: shortError(error) }
  return {
    id,
    text: task.Status.State.padEnd(longestState),
    bar: { current: stateNumber(task.Status.State), total },
  }
}

/** One line of at most 75 characters. */
function shortError(error: string): string {
  const line = error.replaceAll("\n", " ")
  return line.length > 75 ? `${line.slice(0, 74)}…` : line
}

/**
 * Of several tasks in one place, the one with the lowest desired state; among those, the lowest observed one. `accepts` may refuse a task
 * that would take the place.
 */
export function onePerPlace<K>(
  tasks: ReadonlyArray<Task>,
  place: (task: Task) => K,
  accepts: (task: Task) => boolean = () => true,
): ReadonlyMap<K, Task> {
  const chosen = new Map<K, Task>()
  for (const task of tasks) {
    if (stateNumber(task.DesiredState) === 0 || stateNumber(task.Status.State) === 0) continue
    const key = place(task)
    const held = chosen.get(key)
    if (held !== undefined && !goesBefore(task, held)) continue
    if (accepts(task)) chosen.set(key, task)
  }
  return chosen
}

function goesBefore(task: Task, held: Task): boolean {
  const desired = stateNumber(task.DesiredState) - stateNumber(held.DesiredState)
  return desired < 0 || (desired === 0 && stateNumber(task.Status.State) < stateNumber(held.Status.State))
}

export const isUp = (task: Task): boolean => !isOver(task.DesiredState) && task.Status.State === "running"
