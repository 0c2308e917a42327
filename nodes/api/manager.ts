import * as Effect from "effect/Effect"
import { type ApiError, apiError } from "../../core/errors.ts"
import type { ControlRequest } from "../manager/control/request.ts"
import type { Gateway, LocalView } from "./gateway.ts"

/** Asks the cluster, which only a manager can. Errors: 503 on any other machine, and whatever the cluster answers. */
export const ask = (gateway: Gateway, request: ControlRequest): Effect.Effect<unknown, ApiError> =>
  Effect.suspend(() => {
    const error = noManager(gateway.local())
    return error ? Effect.fail(error) : gateway.request(request)
  })

/** Why this machine cannot speak for the cluster (moby daemon/cluster/errors.go). */
export function noManager(local: LocalView): ApiError | undefined {
  if (local.swarm === "active" && local.manager) return undefined
  if (local.swarm === "locked") return apiError(503, locked)
  if (local.swarm === "inactive") return apiError(503, inactive)
  return apiError(503, local.manager ? preparing : worker)
}

const locked =
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.'
const inactive =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.'
const worker =
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager."
const preparing =
  "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster."
