import * as Result from "effect/Result"
import { type Answer, type ApiError, refuse, refuseRpc, rpcError } from "../../../core/errors.ts"
import { newId } from "../../../core/id.ts"
import type { Network, NetworkCreate } from "../../../core/model/network.ts"
import { isAtMost } from "../../../core/model/task.ts"
import type { Reader } from "../../../core/store/reader.ts"
import { ingressNetwork } from "../../../scheduler/allocator/allocation.ts"
import { publishesThroughIngress } from "../../../scheduler/allocator/ports.ts"
import type { ControlContext } from "./context.ts"
import { sortedById } from "./filters.ts"
import { networkFilterError, swarmNetworkMatches } from "./network-filters.ts"
import { renderNetwork } from "./render-network.ts"
import type { Filters } from "./request.ts"
import { byName, resolve } from "./resolve.ts"
import { networkSpecError } from "./validate-network.ts"

export function listNetworks(context: ControlContext, filters: Filters): Answer<ReadonlyArray<object>> {
  const error = networkFilterError(filters)
  if (error) return Result.fail(error)
  return Result.succeed(swarmNetworks([...context.tx.all("networks")], filters))
}

/** Networks of the swarm as GET /networks shows them, those that the filters let through. */
export function swarmNetworks(networks: ReadonlyArray<Network>, filters: Filters): ReadonlyArray<object> {
  const shown = sortedById(networks).filter(({ ID, Spec }) => {
    const { Name, Driver, Labels } = Spec
    return swarmNetworkMatches(
      { Name, Id: ID, Driver: Driver || "overlay", Scope: "swarm", Labels: Labels ?? {} },
      filters,
    )
  })
  return shown.map(renderNetwork)
}

export function inspectNetwork(context: ControlContext, name: string): Answer<object> {
  return Result.map(resolve(context.tx, "networks", name), renderNetwork)
}

export interface NetworkCreated {
  readonly Id: string
  readonly Warning: string
}

/** Makes a network of the whole swarm; its subnet is given by the allocator in the same cycle. */
export function createNetwork(context: ControlContext, spec: NetworkCreate): Answer<NetworkCreated> {
  const error = networkSpecError(spec)
  if (error) return Result.fail(error)
  if (byName(context.tx, "networks", spec.Name).length > 0) {
    return refuse(409, `network with name ${spec.Name} already exists`)
  }
  const ingress = spec.Ingress ? ingressNetwork(context.tx) : undefined
  if (ingress) return refuseRpc("AlreadyExists", `ingress network (${ingress.ID}) is already present`)
  const network = context.tx.create("networks", { ID: newId(context.random), Spec: kept(spec) })
  return Result.succeed({ Id: network.ID, Warning: "" })
}

/** What is kept of a request: CheckDuplicate and an empty scope are about the request, not the network. */
function kept({ CheckDuplicate: _, Scope: __, ...spec }: NetworkCreate): NetworkCreate {
  return { ...spec, Driver: spec.Driver || "overlay", Labels: spec.Labels ?? {} }
}

export function removeNetwork(context: ControlContext, name: string): Answer<null> {
  const found = resolve(context.tx, "networks", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const network = found.success
  const error = network.Spec.Ingress ? ingressNeedError(context.tx) : attachmentError(context.tx, network.ID)
  if (error) return Result.fail(error)
  context.tx.delete("networks", network.ID)
  return Result.succeed(null)
}

function attachmentError(reader: Reader, id: string): ApiError | undefined {
  const [service] = reader.find("services", "network", id)
  if (service) return rpcError("FailedPrecondition", `network ${id} is in use by service ${service.ID}`)
  for (const task of reader.all("tasks")) {
    const isAlive = isAtMost(task.DesiredState, "running") && isAtMost(task.Status.State, "running")
    if (isAlive && task.NetworksAttachments?.some((attachment) => attachment.NetworkID === id)) {
      return rpcError("FailedPrecondition", `network ${id} is in use by task ${task.ID}`)
    }
  }
  return undefined
}

function ingressNeedError(reader: Reader): ApiError | undefined {
  for (const service of reader.all("services")) {
    if (publishesThroughIngress(service.Spec.EndpointSpec)) {
      return rpcError(
        "FailedPrecondition",
        `ingress network cannot be removed because service ${service.ID} depends on it`,
      )
    }
  }
  return undefined
}
