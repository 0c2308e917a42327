import { type Millis, nanosToMillis } from "../../core/instant.ts"
import { defaultStopGracePeriod } from "../../core/model/defaults.ts"
import type { Task } from "../../core/model/task.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { good, type Parsed } from "../../core/parsed.ts"
import type { ContainerRequest } from "../engine/engine.ts"
import type { Assignment } from "../protocol.ts"
import { expandContainerSpec } from "../templates/container-spec.ts"
import { expandPayloads } from "../templates/payload.ts"
import { type TemplateNode, templateContext } from "./template.ts"

/** The label by which an agent knows its containers again. */
export const taskIdLabel = "com.docker.swarm.task.id"

/** service.slot.taskID. Where there is no slot, and for slot 0, the node stands in its place. */
export function containerName(serviceName: string, task: Pick<Task, "ID" | "Slot">, nodeId: string): string {
  return `${serviceName}.${task.Slot ? task.Slot : nodeId}.${task.ID}`
}

/** What the engine is asked to make for a task, its templates filled in. Errors: what is wrong with them. */
export function containerRequest(assignment: Assignment, node: TemplateNode): Parsed<ContainerRequest> {
  const { task, serviceName, ports } = assignment
  const name = containerName(serviceName, task, node.id)
  const context = templateContext(assignment, name, node)
  const expanded = expandContainerSpec(assignment.spec.ContainerSpec ?? {}, context)
  if (!expanded.ok) return expanded
  const containerSpec = expanded.value
  const { secrets = [], configs = [] } = assignment
  const payloads = expandPayloads({ spec: containerSpec, secrets, configs }, context)
  if (!payloads.ok) return payloads
  const hostname = containerSpec.Hostname
  const networks = task.NetworksAttachments
  return good({
    name,
    spec: { ...assignment.spec, ContainerSpec: containerSpec },
    labels: {
      ...containerSpec.Labels,
      "com.docker.swarm.node.id": node.id,
      "com.docker.swarm.service.id": task.ServiceID,
      "com.docker.swarm.service.name": serviceName,
      "com.docker.swarm.task": "",
      [taskIdLabel]: task.ID,
      "com.docker.swarm.task.name": name,
    },
    ...(hostname === undefined ? {} : { hostname }),
    ...(networks === undefined ? {} : { networks }),
    ...(ports === undefined ? {} : { ports }),
    ...(secrets.length === 0 ? {} : { secrets: payloads.value.secrets }),
    ...(configs.length === 0 ? {} : { configs: payloads.value.configs }),
  })
}

export const stopGrace = (spec: TaskSpec | undefined): Millis =>
  nanosToMillis(spec?.ContainerSpec?.StopGracePeriod ?? defaultStopGracePeriod)
