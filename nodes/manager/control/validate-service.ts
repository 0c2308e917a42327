import { type ApiError, apiError, rpcError } from "../../../core/errors.ts"
import { limits } from "../../../core/limits.ts"
import type { EndpointSpec } from "../../../core/model/endpoint.ts"
import type { ServiceMode, ServiceSpec, UpdateConfig } from "../../../core/model/service.ts"
import { taskSpecError } from "./validate-task.ts"

const invalid = (message: string): ApiError => rpcError("InvalidArgument", message)

/** What the engine refuses before Swarm ever sees the spec (moby daemon/cluster/convert/service.go). */
export function conversionError(spec: ServiceSpec): ApiError | undefined {
  const { ContainerSpec, Runtime = "" } = spec.TaskTemplate
  if (Runtime !== "" && Runtime !== "container" && Runtime !== "plugin") return apiError(400, "unsupported runtime")
  if (ContainerSpec === undefined || Runtime === "plugin") {
    return apiError(400, "mismatched Runtime and *Spec fields")
  }
  return modeCount(spec.Mode) > 1 ? apiError(400, "must specify only one service mode") : undefined
}

const modeCount = (mode: ServiceMode = {}): number =>
  [mode.Replicated, mode.Global, mode.ReplicatedJob, mode.GlobalJob].filter((one) => one !== undefined).length

/** What Swarm refuses in a spec by itself, in its order (swarmkit manager/controlapi/service.go validateServiceSpec). */
export function serviceSpecError(spec: ServiceSpec): ApiError | undefined {
  return (
    nameError(spec.Name) ??
    taskSpecError(spec.TaskTemplate) ??
    modeError(spec.Mode) ??
    (isJob(spec.Mode) ? jobError(spec) : updateError(spec.UpdateConfig)) ??
    endpointError(spec.EndpointSpec)
  )
}

/** Letters, digits, and hyphens or underscores between them. */
const dnsName = /^[a-zA-Z0-9](?:[-_a-zA-Z0-9]*[a-zA-Z0-9])?$/

/** Services and networks are named so that a DNS label can be made of it. */
export function nameError(name: string): ApiError | undefined {
  if (name === "") return invalid("meta: name must be provided")
  if (!dnsName.test(name)) return invalid("name must be valid as a DNS name component")
  const max = limits.serviceNameLength
  return name.length > max ? invalid(`name must be ${max} characters or fewer`) : undefined
}

const isJob = (mode: ServiceMode = {}): boolean => mode.ReplicatedJob !== undefined || mode.GlobalJob !== undefined

/** Beyond this a single request would fill the cluster's memory. */
const replicasMax = 1_000_000

function modeError(mode: ServiceMode = {}): ApiError | undefined {
  return (
    countError("Number of replicas", mode.Replicated?.Replicas) ??
    countError("Maximum concurrent jobs", mode.ReplicatedJob?.MaxConcurrent) ??
    countError("Total completed jobs", mode.ReplicatedJob?.TotalCompletions)
  )
}

function countError(what: string, count: number | undefined): ApiError | undefined {
  if (count === undefined) return undefined
  if (!Number.isInteger(count) || count < 0) return invalid(`${what} must be non-negative`)
  return count > replicasMax ? invalid(`${what} must not be more than ${replicasMax}`) : undefined
}

const jobError = (spec: ServiceSpec): ApiError | undefined =>
  spec.UpdateConfig ? invalid("Jobs may not have an update config") : undefined

function updateError(config: UpdateConfig | undefined): ApiError | undefined {
  if (config === undefined) return undefined
  const { Delay = 0, Monitor = 0, MaxFailureRatio = 0, Parallelism } = config
  if (Delay < 0) return invalid("TaskSpec: update-delay cannot be negative")
  if (Monitor < 0) return invalid("TaskSpec: update-monitor cannot be negative")
  if (!(MaxFailureRatio >= 0 && MaxFailureRatio <= 1)) {
    return invalid("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1")
  }
  return Number.isInteger(Parallelism) && Parallelism >= 0
    ? undefined
    : invalid("TaskSpec: update-parallelism must be non-negative")
}

function endpointError(spec: EndpointSpec | undefined): ApiError | undefined {
  const seen = new Set<string>()
  for (const port of spec?.Ports ?? []) {
    if (spec?.Mode === "dnsrr" && port.PublishMode !== "host") {
      return invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode")
    }
    if (!isPort(port.TargetPort ?? 0) || !isPort(port.PublishedPort ?? 0)) {
      return invalid("EndpointSpec: ports must be numbers from 0 to 65535")
    }
    if (!port.PublishedPort) continue
    const key = `${port.PublishedPort}/${port.Protocol ?? "tcp"}`
    if (seen.has(key)) return invalid("EndpointSpec: duplicate published ports provided")
    seen.add(key)
  }
  return undefined
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 65_535
