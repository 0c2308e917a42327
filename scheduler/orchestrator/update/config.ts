import { type Millis, nanosToMillis, seconds } from "../../../core/instant.ts"
import { defaultUpdateConfig } from "../../../core/model/defaults.ts"
import type { Service } from "../../../core/model/service.ts"

/** How an update goes about it, with Swarm's defaults filled in. */
export interface Rollout {
  readonly rollback: boolean
  /** Slots at a time; 0 for all at once. */
  readonly parallelism: number
  readonly delay: Millis
  readonly monitor: Millis
  /** How long failures are watched for after the last slot: longer than a task may still be delayed. */
  readonly lastMonitor: Millis
  readonly maxFailureRatio: number
  readonly failureAction: "pause" | "continue" | "rollback"
  readonly startFirst: boolean
}

export function rolloutOf(service: Service): Rollout {
  const rollback = service.UpdateStatus?.State === "rollback_started"
  const config = (rollback ? service.Spec.RollbackConfig : service.Spec.UpdateConfig) ?? defaultUpdateConfig
  const delay = nanosToMillis(config.Delay ?? 0)
  const monitor = nanosToMillis(config.Monitor || defaultUpdateConfig.Monitor)
  return {
    rollback,
    parallelism: config.Parallelism,
    delay,
    monitor,
    lastMonitor: delay >= monitor ? delay + seconds(1) : monitor,
    maxFailureRatio: config.MaxFailureRatio ?? defaultUpdateConfig.MaxFailureRatio,
    failureAction: config.FailureAction ?? defaultUpdateConfig.FailureAction,
    startFirst: config.Order === "start-first",
  }
}
