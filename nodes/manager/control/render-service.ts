import type { Service, ServiceSpec } from "../../../core/model/service.ts"
import { renderServiceSpec } from "./render-spec.ts"
import type { ServiceStatus } from "./service-status.ts"
import { withShownVersion } from "./shown-version.ts"

/** A service as the Engine API shows it: without the numbers by which the control loops tell its specs apart. */
export function renderService(
  service: Service,
  more: { readonly spec?: ServiceSpec; readonly status?: ServiceStatus } = {},
): object {
  return {
    ID: service.ID,
    Version: withShownVersion(service).Version,
    CreatedAt: service.CreatedAt,
    UpdatedAt: service.UpdatedAt,
    Spec: renderServiceSpec(more.spec ?? service.Spec),
    ...(service.PreviousSpec && { PreviousSpec: renderServiceSpec(service.PreviousSpec) }),
    Endpoint: { Spec: {}, ...service.Endpoint },
    ...(service.UpdateStatus && { UpdateStatus: service.UpdateStatus }),
    ...(more.status && { ServiceStatus: more.status }),
    ...(service.JobStatus && { JobStatus: { ...service.JobStatus, JobIteration: renderIteration(service) } }),
  }
}

/** The first iteration is number 0, which Go leaves out. */
const renderIteration = (service: Service): object => {
  const { Index = 0 } = service.JobStatus?.JobIteration ?? {}
  return Index === 0 ? {} : { Index }
}
