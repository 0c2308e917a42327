import * as Result from "effect/Result"
import { type Answer, type ApiError, outOfSequence, refuseRpc, rpcError } from "../../../core/errors.ts"
import { newId } from "../../../core/id.ts"
import { toRfc3339 } from "../../../core/instant.ts"
import { modeOf } from "../../../core/model/defaults.ts"
import type { JobStatus, Service, ServiceSpec } from "../../../core/model/service.ts"
import type { Reader } from "../../../core/store/reader.ts"
import {
  ingressPortConflict,
  portConflictMessage,
  publishesThroughIngress,
} from "../../../scheduler/allocator/ports.ts"
import { firstSpecVersion, rolledBack, withNewSpec } from "../../../scheduler/orchestrator/spec-versions.ts"
import type { ControlContext } from "./context.ts"
import { hasLabels, hasPrefix, isOneOf, sortedById, unknownFilter, valuesOf } from "./filters.ts"
import { generatedName } from "./generated-name.ts"
import { withDefaults } from "./insert-defaults.ts"
import { renderService } from "./render-service.ts"
import type { Filters } from "./request.ts"
import { byName, resolve } from "./resolve.ts"
import { networkMoveError, withNetworkIds } from "./service-networks.ts"
import { canonicalSpec } from "./service-spec.ts"
import { serviceStatus } from "./service-status.ts"
import { missingReferences } from "./validate-references.ts"
import { conversionError, serviceSpecError } from "./validate-service.ts"

export function listServices(
  context: ControlContext,
  filters: Filters,
  status: boolean,
): Answer<ReadonlyArray<object>> {
  const error = unknownFilter(filters, ["name", "id", "label", "mode", "runtime"])
  if (error) return Result.fail(error)
  const services = sortedById(context.tx.all("services")).filter((service) => matches(service, filters))
  return Result.succeed(
    services.map((service) => renderService(service, status ? { status: serviceStatus(context.tx, service) } : {})),
  )
}

function matches(service: Service, filters: Filters): boolean {
  return (
    hasPrefix(service.Spec.Name, valuesOf(filters, "name")) &&
    hasPrefix(service.ID, valuesOf(filters, "id")) &&
    hasLabels(service.Spec.Labels, valuesOf(filters, "label")) &&
    isOneOf(modeOf(service.Spec), valuesOf(filters, "mode")) &&
    isOneOf("container", valuesOf(filters, "runtime"))
  )
}

export function inspectService(context: ControlContext, name: string, insertDefaults: boolean): Answer<object> {
  return Result.map(resolve(context.tx, "services", name), (service) =>
    renderService(service, insertDefaults ? { spec: withDefaults(service.Spec) } : {}),
  )
}

/** Writes the service alone. Its ports, addresses and tasks are given by the control loops of the same cycle. */
export function createService(context: ControlContext, asked: ServiceSpec): Answer<{ readonly ID: string }> {
  const taken = (name: string) => byName(context.tx, "services", name).length > 0
  const checked = checkedSpec(context.tx, asked, asked.Name || generatedName(context.random, taken))
  if (Result.isFailure(checked)) return Result.fail(checked.failure)
  const spec = checked.success
  const error = needsError(context.tx, spec, undefined)
  if (error) return Result.fail(error)
  if (taken(spec.Name)) {
    const conflict = `name conflicts with an existing object: service ${spec.Name} already exists`
    return refuseRpc("AlreadyExists", conflict)
  }
  const service = context.tx.create("services", {
    ID: newId(context.random),
    Spec: spec,
    SpecVersion: firstSpecVersion,
    Endpoint: {},
    ...(isJob(spec) && { JobStatus: jobStatus(context, 0) }),
  })
  return Result.succeed({ ID: service.ID })
}

/** The spec as it will be kept, or the first thing that is wrong with it whatever else the cluster holds. */
function checkedSpec(reader: Reader, asked: ServiceSpec, name: string): Answer<ServiceSpec> {
  const resolved = withNetworkIds(reader, asked)
  if (Result.isFailure(resolved)) return Result.fail(resolved.failure)
  const conversion = conversionError(resolved.success)
  if (conversion) return Result.fail(conversion)
  const spec = canonicalSpec(resolved.success, name)
  const error = serviceSpecError(spec)
  return error ? Result.fail(error) : Result.succeed(spec)
}

/** What the cluster cannot give a spec: a port that another service has, a missing ingress network, secret or config. */
function needsError(reader: Reader, spec: ServiceSpec, serviceId: string | undefined): ApiError | undefined {
  return portError(reader, spec, serviceId) ?? ingressError(reader, spec) ?? missingReferences(reader, spec)
}

function portError(reader: Reader, spec: ServiceSpec, serviceId: string | undefined): ApiError | undefined {
  const conflict = ingressPortConflict(reader, serviceId, spec.EndpointSpec)
  return conflict && rpcError("InvalidArgument", portConflictMessage(conflict))
}

function ingressError(reader: Reader, spec: ServiceSpec): ApiError | undefined {
  if (!publishesThroughIngress(spec.EndpointSpec)) return undefined
  for (const network of reader.all("networks")) if (network.Spec.Ingress) return undefined
  return rpcError("FailedPrecondition", "service needs ingress network, but no ingress network is present")
}

export interface ServiceUpdate {
  readonly name: string
  readonly version: number
  readonly spec: ServiceSpec
  readonly rollback: boolean
  readonly authFrom?: "spec" | "previous-spec"
}

export function updateService(context: ControlContext, update: ServiceUpdate): Answer<{ readonly Warnings: null }> {
  const found = resolve(context.tx, "services", update.name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const service = found.success
  const earlier = update.authFrom === "previous-spec" ? service.PreviousSpec : service.Spec
  const checked = checkedSpec(context.tx, withAuthOf(earlier, update.spec), update.spec.Name)
  if (Result.isFailure(checked)) return Result.fail(checked.failure)
  const spec = checked.success
  const error = changeError(context.tx, service, spec)
  if (error) return Result.fail(error)
  const after = update.rollback ? rolledBack(service, context.now) : withNewSpec(service, spec)
  if (!after) return refuseRpc("FailedPrecondition", `service ${service.ID} does not have a previous spec`)
  if (update.version !== service.Version.Index) return Result.fail(outOfSequence)
  context.tx.update("services", { ...after, ...(after.JobStatus && { JobStatus: nextIteration(context, after) }) })
  return Result.succeed({ Warnings: null })
}

/** A spec that says nothing of the registry goes on with what was said before. */
function withAuthOf(earlier: ServiceSpec | undefined, spec: ServiceSpec): ServiceSpec {
  const PullOptions = earlier?.TaskTemplate.ContainerSpec?.PullOptions
  const container = spec.TaskTemplate.ContainerSpec
  if (PullOptions === undefined || container === undefined || container.PullOptions !== undefined) return spec
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, PullOptions } } }
}

function changeError(reader: Reader, service: Service, spec: ServiceSpec): ApiError | undefined {
  const error = needsError(reader, spec, service.ID) ?? networkMoveError(service, spec)
  if (error) return error
  if (modeOf(spec) !== modeOf(service.Spec)) return rpcError("Unimplemented", "service mode change is not allowed")
  if (spec.Name !== service.Spec.Name) return rpcError("Unimplemented", "renaming services is not supported")
  return undefined
}

const isJob = (spec: ServiceSpec): boolean => modeOf(spec).endsWith("-job")

const jobStatus = (context: ControlContext, iteration: number): JobStatus => ({
  JobIteration: { Index: iteration },
  LastExecution: toRfc3339(context.now),
})

/** Every update of a job runs it anew. */
const nextIteration = (context: ControlContext, service: Service): JobStatus =>
  jobStatus(context, (service.JobStatus?.JobIteration.Index ?? 0) + 1)

export function removeService(context: ControlContext, name: string): Answer<null> {
  return Result.map(resolve(context.tx, "services", name), (service) => {
    context.tx.delete("services", service.ID)
    return null
  })
}
