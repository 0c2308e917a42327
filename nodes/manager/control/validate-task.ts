import { type ApiError, rpcError } from "../../../core/errors.ts"
import { millisToNanos } from "../../../core/instant.ts"
import type { ContainerSpec, Healthcheck, Mount } from "../../../core/model/container-spec.ts"
import type { Limits, Reservations } from "../../../core/model/resources.ts"
import type { RestartPolicy, TaskSpec } from "../../../core/model/task-spec.ts"
import { imageReferenceError } from "./image-reference.ts"
import { constraintError } from "./validate-constraints.ts"
import { referencesError } from "./validate-references.ts"
import { templateError } from "./validate-template.ts"

const invalid = (message: string): ApiError => rpcError("InvalidArgument", message)

/** What Swarm refuses in a task template, in its order (swarmkit manager/controlapi/service.go validateTaskSpec). */
export function taskSpecError(spec: TaskSpec): ApiError | undefined {
  const container = spec.ContainerSpec ?? {}
  return (
    resourcesError(spec.Resources?.Limits) ??
    resourcesError(spec.Resources?.Reservations) ??
    restartError(spec.RestartPolicy) ??
    constraintError(spec.Placement?.Constraints ?? []) ??
    referencesError("secret", secretTargets(container)) ??
    referencesError("config", configTargets(container)) ??
    containerError(container)
  )
}

const cpuMin = 1_000_000
const memoryMin = 4 * 1024 * 1024

function resourcesError(resources: Limits | Reservations | undefined): ApiError | undefined {
  const { NanoCPUs = 0, MemoryBytes = 0 } = resources ?? {}
  if (NanoCPUs !== 0 && NanoCPUs < cpuMin) {
    return invalid(`invalid cpu value ${goFloat(NanoCPUs / 1e9)}: Must be at least 0.001`)
  }
  if (MemoryBytes !== 0 && MemoryBytes < memoryMin) {
    return invalid(`invalid memory value ${MemoryBytes}: Must be at least 4MiB`)
  }
  return undefined
}

/** A small number as Go's %g prints it: exponents have two digits. */
const goFloat = (value: number): string => String(value).replace(/e([+-])(\d)$/, "e$10$2")

function restartError(policy: RestartPolicy | undefined): ApiError | undefined {
  if ((policy?.Delay ?? 0) < 0) return invalid("TaskSpec: restart-delay cannot be negative")
  if ((policy?.Window ?? 0) < 0) return invalid("TaskSpec: restart-window cannot be negative")
  return undefined
}

const secretTargets = (container: ContainerSpec) =>
  (container.Secrets ?? []).map((one) => ({
    id: one.SecretID,
    name: one.SecretName,
    file: one.File?.Name,
    plain: false,
  }))

const configTargets = (container: ContainerSpec) =>
  (container.Configs ?? []).map((one) => ({
    id: one.ConfigID,
    name: one.ConfigName,
    file: one.File?.Name,
    plain: one.Runtime !== undefined,
  }))

function containerError(container: ContainerSpec): ApiError | undefined {
  const template = templateError(container)
  if (template) return template
  const image = container.Image ?? ""
  if (image === "") return invalid("ContainerSpec: image reference must be provided")
  if (imageReferenceError(image))
    return invalid(`ContainerSpec: ${JSON.stringify(image)} is not a valid repository/tag`)
  return mountsError(container.Mounts ?? []) ?? healthError(container.Healthcheck)
}

function mountsError(mounts: ReadonlyArray<Mount>): ApiError | undefined {
  const targets = new Set<string>()
  for (const { Target = "" } of mounts) {
    if (targets.has(Target)) return invalid(`ContainerSpec: duplicate mount point: ${Target}`)
    targets.add(Target)
  }
  return undefined
}

const healthMin = millisToNanos(1)

function healthError(check: Healthcheck | undefined): ApiError | undefined {
  if (check === undefined) return undefined
  for (const key of ["Interval", "Timeout", "StartPeriod", "StartInterval"] as const) {
    const span = check[key] ?? 0
    if (span !== 0 && span < healthMin) return invalid(`ContainerSpec: ${key} in HealthConfig cannot be less than 1ms`)
  }
  return (check.Retries ?? 0) < 0 ? invalid("ContainerSpec: Retries in HealthConfig cannot be negative") : undefined
}
