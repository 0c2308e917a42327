import { type Instant, toRfc3339 } from "../../../core/instant.ts"
import type { Service, UpdateStatus } from "../../../core/model/service.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { rolledBackByFailure } from "../spec-versions.ts"

export const withStatus = (tx: Transaction, service: Service, UpdateStatus: UpdateStatus): Service =>
  tx.update("services", { ...service, UpdateStatus })

const isRollback = (service: Service): boolean => service.UpdateStatus?.State === "rollback_started"

export const isPaused = (service: Service): boolean =>
  service.UpdateStatus?.State === "paused" || service.UpdateStatus?.State === "rollback_paused"

export const isUnderWay = (service: Service): boolean =>
  service.UpdateStatus?.State === "updating" || isRollback(service)

export const started = (tx: Transaction, now: Instant, service: Service): Service =>
  withStatus(tx, service, { State: "updating", StartedAt: toRfc3339(now), Message: "update in progress" })

export function completed(tx: Transaction, now: Instant, service: Service): void {
  if (!service.UpdateStatus) return
  const rollback = isRollback(service)
  withStatus(tx, service, {
    ...service.UpdateStatus,
    State: rollback ? "rollback_completed" : "completed",
    Message: rollback ? "rollback completed" : "update completed",
    CompletedAt: toRfc3339(now),
  })
}

export function paused(tx: Transaction, service: Service, message: string): void {
  if (!service.UpdateStatus) return
  withStatus(tx, service, {
    ...service.UpdateStatus,
    State: isRollback(service) ? "rollback_paused" : "paused",
    Message: message,
  })
}

/** Back to the previous spec; undefined when there is none. */
export function rolledBackIn(tx: Transaction, service: Service, message: string): Service | undefined {
  const back = rolledBackByFailure(service, message)
  return back && tx.update("services", back)
}
