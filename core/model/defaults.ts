import { millisToNanos } from "../instant.ts"
import type { ServiceSpec, UpdateConfig } from "./service.ts"
import type { RestartPolicy } from "./task-spec.ts"

/** What Swarm takes where a service's spec says nothing (swarmkit api/defaults). Durations in nanoseconds. */
export const defaultStopGracePeriod = millisToNanos(10_000)

export const defaultRestartPolicy: Required<Omit<RestartPolicy, "Window">> & Pick<RestartPolicy, "Window"> = {
  Condition: "any",
  Delay: millisToNanos(5_000),
  MaxAttempts: 0,
}

export const defaultUpdateConfig: Required<Omit<UpdateConfig, "Delay">> & Pick<UpdateConfig, "Delay"> = {
  Parallelism: 1,
  FailureAction: "pause",
  Monitor: millisToNanos(5_000),
  MaxFailureRatio: 0,
  Order: "stop-first",
}

/** A replicated service without a number has one replica. */
export const replicasOf = (spec: ServiceSpec): number => spec.Mode?.Replicated?.Replicas ?? 1

export type ModeName = "replicated" | "global" | "replicated-job" | "global-job"

export function modeOf(spec: ServiceSpec): ModeName {
  const mode = spec.Mode
  if (mode?.Global) return "global"
  if (mode?.ReplicatedJob) return "replicated-job"
  if (mode?.GlobalJob) return "global-job"
  return "replicated"
}

export const isJobMode = (mode: ModeName): boolean => mode === "replicated-job" || mode === "global-job"

/** How many tasks of a replicated job may be under way at once, and how many have to complete. Each stands in for the other where it is absent. */
export function jobSizeOf(spec: ServiceSpec): { readonly maxConcurrent: number; readonly totalCompletions: number } {
  const job = spec.Mode?.ReplicatedJob
  const maxConcurrent = job?.MaxConcurrent ?? 1
  return { maxConcurrent, totalCompletions: job?.TotalCompletions ?? maxConcurrent }
}
