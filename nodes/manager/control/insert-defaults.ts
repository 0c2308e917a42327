import { defaultRestartPolicy, defaultStopGracePeriod, defaultUpdateConfig } from "../../../core/model/defaults.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"

/** The spec with everything said that Swarm would assume: GET /services/{id}?insertDefaults=true. */
export const withDefaults = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  TaskTemplate: taskWithDefaults(spec.TaskTemplate),
  UpdateConfig: { ...defaultUpdateConfig, ...spec.UpdateConfig },
  RollbackConfig: { ...defaultUpdateConfig, ...spec.RollbackConfig },
  EndpointSpec: { Mode: "vip", ...spec.EndpointSpec },
})

const taskWithDefaults = (task: TaskSpec): TaskSpec => ({
  ...task,
  ContainerSpec: { StopGracePeriod: defaultStopGracePeriod, DNSConfig: {}, ...task.ContainerSpec },
  Resources: task.Resources ?? { Limits: {}, Reservations: {} },
  RestartPolicy: { ...defaultRestartPolicy, ...task.RestartPolicy },
  Placement: task.Placement ?? {},
})
