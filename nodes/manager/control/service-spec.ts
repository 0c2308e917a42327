import { modeOf } from "../../../core/model/defaults.ts"
import type { EndpointSpec, PortConfig } from "../../../core/model/endpoint.ts"
import type { ServiceMode, ServiceSpec, UpdateConfig } from "../../../core/model/service.ts"
import type { RestartPolicy, TaskSpec } from "../../../core/model/task-spec.ts"

/**
 * A spec in the one form in which it is kept and shown: what the engine fills in on the way to Swarm and back (moby
 * daemon/cluster/convert), so that equal specs are equal objects. Empty lists are as good as none.
 */
export function canonicalSpec(spec: ServiceSpec, name: string): ServiceSpec {
  const { UpdateConfig, RollbackConfig, Networks, EndpointSpec, ...rest } = withoutEmptyLists(spec)
  return {
    ...rest,
    Name: name,
    Labels: spec.Labels ?? {},
    TaskTemplate: canonicalTask(rest.TaskTemplate),
    Mode: canonicalMode(spec),
    ...(UpdateConfig && { UpdateConfig: canonicalUpdate(UpdateConfig) }),
    ...(RollbackConfig && { RollbackConfig: canonicalUpdate(RollbackConfig) }),
    ...(Networks && { Networks }),
    ...(EndpointSpec && { EndpointSpec: canonicalEndpoint(EndpointSpec) }),
  }
}

function canonicalTask(task: TaskSpec): TaskSpec {
  const { ContainerSpec, RestartPolicy, ...rest } = task
  return {
    ...(ContainerSpec && { ContainerSpec: { ...ContainerSpec, Isolation: ContainerSpec.Isolation || "default" } }),
    ...rest,
    ...(RestartPolicy && { RestartPolicy: canonicalRestart(RestartPolicy) }),
    ForceUpdate: task.ForceUpdate ?? 0,
    Runtime: "container",
  }
}

const canonicalRestart = (policy: RestartPolicy): RestartPolicy => ({
  ...policy,
  Condition: policy.Condition ?? "any",
  MaxAttempts: policy.MaxAttempts ?? 0,
})

function canonicalMode(spec: ServiceSpec): ServiceMode {
  switch (modeOf(spec)) {
    case "global":
      return { Global: {} }
    case "global-job":
      return { GlobalJob: {} }
    case "replicated-job": {
      const MaxConcurrent = spec.Mode?.ReplicatedJob?.MaxConcurrent ?? 1
      const TotalCompletions = spec.Mode?.ReplicatedJob?.TotalCompletions ?? MaxConcurrent
      return { ReplicatedJob: { MaxConcurrent, TotalCompletions } }
    }
    case "replicated":
      return { Replicated: { Replicas: spec.Mode?.Replicated?.Replicas ?? 1 } }
  }
}

const canonicalUpdate = (config: UpdateConfig): UpdateConfig => ({
  ...config,
  FailureAction: config.FailureAction ?? "pause",
  MaxFailureRatio: config.MaxFailureRatio ?? 0,
  Order: config.Order ?? "stop-first",
})

const canonicalEndpoint = (spec: EndpointSpec): EndpointSpec => ({
  Mode: spec.Mode ?? "vip",
  ...(spec.Ports && { Ports: spec.Ports.map(canonicalPort) }),
})

function canonicalPort(port: PortConfig): PortConfig {
  const { Name, PublishedPort } = port
  return {
    ...(Name && { Name }),
    Protocol: port.Protocol ?? "tcp",
    TargetPort: port.TargetPort ?? 0,
    ...(PublishedPort && { PublishedPort }),
    PublishMode: port.PublishMode ?? "ingress",
  }
}

/** The same object without members that are empty lists, at any depth. */
function withoutEmptyLists<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutEmptyLists) as T
  if (typeof value !== "object" || value === null) return value
  const kept = Object.entries(value).filter(([, member]) => !(Array.isArray(member) && member.length === 0))
  // Leaving out empty lists leaves out optional members only: no list of a spec is required.
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutEmptyLists(member)])) as T
}
