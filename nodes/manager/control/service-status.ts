import type { Service } from "../../../core/model/service.ts"
import type { Reader } from "../../../core/store/reader.ts"

/** How many tasks of a service run, should run, and (jobs) are done: what `service ls` shows as 2/3. */
export interface ServiceStatus {
  readonly RunningTasks: number
  readonly DesiredTasks: number
  readonly CompletedTasks: number
}

/** Counted as Swarm does (swarmkit ListServiceStatuses): a global service wants what was made for it, a replicated one its replicas. */
export function serviceStatus(reader: Reader, service: Service): ServiceStatus {
  const mode = service.Spec.Mode
  const iteration = service.JobStatus?.JobIteration.Index
  const isGlobal = mode?.Global !== undefined || mode?.GlobalJob !== undefined
  let RunningTasks = 0
  let CompletedTasks = 0
  let made = 0
  for (const task of reader.find("tasks", "service", service.ID)) {
    if (iteration !== undefined && task.JobIteration?.Index !== iteration) continue
    const state = task.Status.State
    if (state === "running") RunningTasks += 1
    if (iteration !== undefined && state === "complete") CompletedTasks += 1
    if (task.DesiredState === "running" || (task.DesiredState === "complete" && state !== "complete")) made += 1
  }
  const wanted = mode?.ReplicatedJob?.MaxConcurrent ?? mode?.Replicated?.Replicas ?? 1
  return { RunningTasks, DesiredTasks: isGlobal ? made : wanted, CompletedTasks }
}
