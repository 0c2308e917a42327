import { type ApiError, rpcError } from "../../../core/errors.ts"
import type { ContainerSpec } from "../../../core/model/container-spec.ts"
import { expandContainerSpec } from "../../templates/container-spec.ts"

/** A task that never was, to try templates on (swarmkit manager/controlapi/service.go validateContainerSpec). */
const trial = {
  Service: { ID: "serviceID", Name: "serviceName", Labels: {} },
  Node: { ID: "nodeID", Hostname: "nodeHostname", Platform: { Architecture: "", OS: "" } },
  Task: { ID: "taskID", Name: "taskName", Slot: "1" },
}

/** Why the templates of a spec cannot be filled in. */
export function templateError(container: ContainerSpec): ApiError | undefined {
  const expanded = expandContainerSpec(container, trial)
  return expanded.ok ? undefined : rpcError("InvalidArgument", expanded.error)
}
