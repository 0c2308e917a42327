import { fromRfc3339, type Millis, nanosToMillis } from "../../core/instant.ts"
import { defaultRestartPolicy } from "../../core/model/defaults.ts"
import type { Task } from "../../core/model/task.ts"
import type { RestartPolicy, TaskSpec } from "../../core/model/task-spec.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import { createdAt } from "../tasks.ts"

/** How long a replacement waits before it starts. */
export const restartDelayOf = (spec: TaskSpec | undefined): Millis =>
  nanosToMillis(spec?.RestartPolicy?.Delay ?? defaultRestartPolicy.Delay)

/**
 * Whether the task's restart policy wants another one in its place. Attempts are counted from the tasks that are kept in the slot, all but the first
 * of a spec version (and of a job's run) being restarts, so that a new leader counts the same; the reaper keeps as many as this takes.
 * What a job completed is never done again.
 * Source: swarmkit manager/orchestrator/restart/restart.go shouldRestart.
 */
export function mayRestart(reader: Reader, task: Task): boolean {
  const policy = specOf(reader, task)?.RestartPolicy
  const condition = policy?.Condition ?? defaultRestartPolicy.Condition
  if (condition === "none") return false
  const onlyOnFailure = condition === "on-failure" || task.JobIteration !== undefined
  if (onlyOnFailure && task.Status.State === "complete") return false
  const maxAttempts = policy?.MaxAttempts ?? 0
  return policy === undefined || maxAttempts === 0 || countRestarts(reader, task, policy) < maxAttempts
}

function countRestarts(reader: Reader, task: Task, policy: RestartPolicy): number {
  const restarts = reader
    .find("tasks", "slot", slotKey(task))
    .filter((other) => isOfTheSame(other, task) && other.DesiredState !== "remove")
    .map(createdAt)
    .sort((a, b) => a - b)
    .slice(1)
  const window = nanosToMillis(policy.Window ?? 0)
  if (window === 0) return restarts.length
  // The manager's clock, by which the end was written down, is the one that CreatedAt is by.
  const end = fromRfc3339(task.UpdatedAt)
  return restarts.filter((at) => at > end - window && at < end).length
}

const isOfTheSame = (a: Task, b: Task): boolean =>
  a.SpecVersion.Index === b.SpecVersion.Index && a.JobIteration?.Index === b.JobIteration?.Index
