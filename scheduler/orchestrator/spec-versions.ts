import { type Instant, toRfc3339 } from "../../core/instant.ts"
import type { Service, ServiceSpec } from "../../core/model/service.ts"
import { saysTheSame } from "../same.ts"

/** The SpecVersion of a new service. */
export const firstSpecVersion = { Index: 1 } as const

/**
 * The service with a new spec, the one it had becoming its previous one. A changed TaskTemplate (ForceUpdate included) or EndpointSpec
 * gives a SpecVersion that was never used before, so that no two specs share one. Other changes leave tasks as they are. Whatever update was going on is forgotten.
 * Source: swarmkit manager/controlapi/service.go UpdateService.
 */
export function withNewSpec(service: Service, spec: ServiceSpec): Service {
  const { UpdateStatus: _, ...rest } = service
  const changed =
    !saysTheSame(service.Spec.TaskTemplate, spec.TaskTemplate) ||
    !saysTheSame(service.Spec.EndpointSpec, spec.EndpointSpec)
  const highest = Math.max(service.SpecVersion.Index, service.PreviousSpecVersion?.Index ?? 0)
  // After a rollback the highest version used is the previous one; it is about to be forgotten, so the service moves past it.
  const isRolledBack = highest > service.SpecVersion.Index
  return {
    ...rest,
    Spec: spec,
    SpecVersion: changed || isRolledBack ? { Index: highest + 1 } : service.SpecVersion,
    PreviousSpec: service.Spec,
    PreviousSpecVersion: service.SpecVersion,
  }
}

/**
 * The service as a client's rollback makes it: spec and previous spec change places, so that a second rollback goes forward again.
 * Undefined when there is no previous spec.
 */
export function rolledBack(service: Service, now: Instant): Service | undefined {
  const { UpdateStatus: _, PreviousSpec, PreviousSpecVersion, ...rest } = service
  if (PreviousSpec === undefined || PreviousSpecVersion === undefined) return undefined
  const back = {
    ...rest,
    Spec: PreviousSpec,
    SpecVersion: PreviousSpecVersion,
    PreviousSpec: service.Spec,
    PreviousSpecVersion: service.SpecVersion,
  }
  // A job is run anew as a whole: nothing rolls, so nothing would ever be completed (in Swarm it stays rollback_started for ever).
  if (service.JobStatus) return back
  return {
    ...back,
    UpdateStatus: { State: "rollback_started", StartedAt: toRfc3339(now), Message: "manually requested rollback" },
  }
}

/**
 * The service as an update's failure action makes it: back to the previous spec for good. Undefined when there is no previous spec.
 * Source: swarmkit manager/orchestrator/update/updater.go rollbackUpdate.
 */
export function rolledBackByFailure(service: Service, message: string): Service | undefined {
  const { PreviousSpec, PreviousSpecVersion, UpdateStatus, ...rest } = service
  if (PreviousSpec === undefined || PreviousSpecVersion === undefined) return undefined
  return {
    ...rest,
    Spec: PreviousSpec,
    SpecVersion: PreviousSpecVersion,
    // Without a spec it only says up to where versions were used.
    PreviousSpecVersion: service.SpecVersion,
    UpdateStatus: { ...UpdateStatus, State: "rollback_started", Message: message },
  }
}
