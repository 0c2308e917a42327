import { type Millis, nanosToMillis } from "../../core/instant.ts"
import type { ContainerSpec } from "../../core/model/container-spec.ts"
import { defaultStopGracePeriod } from "../../core/model/defaults.ts"
import type { Task } from "../../core/model/task.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { good, type Parsed } from "../../core/parsed.ts"
import type { ContainerNetwork, ContainerRequest } from "../engine/engine.ts"
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
  const containerSpec = withResources(expanded.value, task.GenericResources)
  const LogDriver = assignment.spec.LogDriver ?? task.LogDriver
  const { secrets = [], configs = [] } = assignment
  const payloads = expandPayloads({ spec: containerSpec, secrets, configs }, context)
  if (!payloads.ok) return payloads
  const hostname = containerSpec.Hostname
  const networks = containerNetworks(assignment)
  return good({
    name,
    spec: { ...assignment.spec, ContainerSpec: containerSpec, ...(LogDriver && { LogDriver }) },
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
    ...(networks.length === 0 ? {} : { networks }),
    ...(ports === undefined ? {} : { ports }),
    ...(secrets.length === 0 ? {} : { secrets: payloads.value.secrets }),
    ...(configs.length === 0 ? {} : { configs: payloads.value.configs }),
  })
}

/** Which of the node's generic resources it was given, a container reads in DOCKER_RESOURCE_<KIND>: names, or how many, with commas. */
function withResources(spec: ContainerSpec, given: Task["GenericResources"] = []): ContainerSpec {
  if (given.length === 0) return spec
  const kinds = new Map<string, Array<string>>()
  for (const { NamedResourceSpec: named, DiscreteResourceSpec: counted } of given) {
    const kind = `DOCKER_RESOURCE_${named?.Kind ?? counted?.Kind ?? ""}`.toUpperCase()
    kinds.set(kind, [...(kinds.get(kind) ?? []), named?.Value ?? `${counted?.Value ?? 0}`])
  }
  const variables = [...kinds].map(([kind, values]) => `${kind}=${values.join(",")}`)
  return { ...spec, Env: [...(spec.Env ?? []), ...variables] }
}

/** The networks that every engine has of its own; a service on one of them names it. */
const enginesOwn: ReadonlySet<string> = new Set(["bridge", "host", "none"])

/** On every network of the cluster a task is found by its service's name, by tasks.<service> and by the aliases of its spec. */
function containerNetworks({ task, spec, serviceName, networks = [] }: Assignment): ReadonlyArray<ContainerNetwork> {
  const wanted = spec.Networks ?? []
  const own = wanted.flatMap(
    ({ Target = "" }): ReadonlyArray<ContainerNetwork> =>
      enginesOwn.has(Target) ? [{ id: Target, name: Target, aliases: [], addresses: [] }] : [],
  )
  const shared = networks.map(({ ID: id, Spec: spec }): ContainerNetwork => {
    const config = wanted.find(({ Target }) => Target === id)
    const names = [serviceName, `tasks.${serviceName}`, ...(config?.Aliases ?? [])]
    return {
      id,
      name: spec.Name,
      spec,
      aliases: [...new Set(names)],
      addresses: task.NetworksAttachments?.find(({ NetworkID }) => NetworkID === id)?.Addresses ?? [],
      ...(config?.DriverOpts && { driverOpts: config.DriverOpts }),
    }
  })
  return [...own, ...shared]
}

export const stopGrace = (spec: TaskSpec | undefined): Millis =>
  nanosToMillis(spec?.ContainerSpec?.StopGracePeriod ?? defaultStopGracePeriod)
