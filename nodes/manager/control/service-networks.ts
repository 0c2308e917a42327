import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError, rpcError } from "../../../core/errors.ts"
import type { Service, ServiceSpec } from "../../../core/model/service.ts"
import type { NetworkAttachmentConfig } from "../../../core/model/task-spec.ts"
import type { Reader } from "../../../core/store/reader.ts"
import { resolve } from "./resolve.ts"

/** The networks that every engine has of its own; a service on one of them names it. */
export const predefinedNetworks: ReadonlyArray<string> = ["bridge", "host", "none"]

/**
 * The spec with the IDs of its networks instead of whatever the client called them. `Networks` of the spec itself is the old place, used
 * only when the task template has none. Errors: 500 `network x not found`, 400 for the ingress network.
 */
export function withNetworkIds(reader: Reader, spec: ServiceSpec): Answer<ServiceSpec> {
  const inTask = spec.TaskTemplate.Networks ?? []
  const resolved = resolveAll(reader, inTask.length > 0 ? inTask : (spec.Networks ?? []))
  return Result.map(resolved, (Networks) => {
    if (Networks.length === 0) return spec
    return inTask.length > 0 ? { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks } } : { ...spec, Networks }
  })
}

function resolveAll(
  reader: Reader,
  attachments: ReadonlyArray<NetworkAttachmentConfig>,
): Answer<ReadonlyArray<NetworkAttachmentConfig>> {
  const resolved: Array<NetworkAttachmentConfig> = []
  for (const attachment of attachments) {
    const target = targetId(reader, attachment.Target ?? "")
    if (Result.isFailure(target)) return Result.fail(target.failure)
    resolved.push({ ...attachment, Target: target.success })
  }
  return Result.succeed(resolved)
}

function targetId(reader: Reader, target: string): Answer<string> {
  const network = resolve(reader, "networks", target)
  if (Result.isFailure(network))
    return predefinedNetworks.includes(target) ? Result.succeed(target) : Result.fail(unresolved(network.failure))
  if (network.success.Spec.Ingress) {
    const name = JSON.stringify(network.success.Spec.Name)
    return Result.fail(
      rpcError("InvalidArgument", `Service cannot be explicitly attached to the ingress network ${name}`),
    )
  }
  return Result.succeed(network.success.ID)
}

/** What a service refers to and is not there is no missing page: the engine takes it for a failure of its own. */
const unresolved = (error: ApiError): ApiError => (error.status === 404 ? apiError(500, error.message) : error)

/** Networks in the old place cannot be changed there; moving them to the task template is allowed. */
export function networkMoveError(service: Service, spec: ServiceSpec): ApiError | undefined {
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? []) === JSON.stringify(b ?? [])
  if (same(spec.Networks, service.Spec.Networks)) return undefined
  if (!same(spec.TaskTemplate.Networks, service.Spec.TaskTemplate.Networks)) return undefined
  return rpcError("Unimplemented", "networks must be migrated to TaskSpec before being changed")
}
