import { nodeMatches } from "../placement/constraint.ts"
import type { NodeInfo } from "../placement/node-info.ts"
import type { Request } from "../placement/request.ts"

const gib = 1024 ** 3
export const cpusText = (nano: number): string => `${Number((nano / 1e9).toFixed(3))} CPU`
export const memoryText = (bytes: number): string =>
  bytes >= gib ? `${Number((bytes / gib).toFixed(2))} GiB` : `${Number((bytes / 1024 ** 2).toFixed(1))} MiB`

/** What a node lacks in CPU and memory for one more such task; empty when it is something else. */
export function shortage({ nanoCpus, memoryBytes, generic }: Request, info: NodeInfo): ReadonlyArray<string> {
  return [
    ...(nanoCpus > info.freeNanoCpus ? [cpusText(nanoCpus - info.freeNanoCpus)] : []),
    ...(memoryBytes > info.freeMemoryBytes ? [memoryText(memoryBytes - info.freeMemoryBytes)] : []),
    ...(generic.length > 0 && !info.chooseGeneric(generic)
      ? generic.filter((one) => !info.chooseGeneric([one])).map(genericText)
      : []),
  ]
}

const genericText = ({
  NamedResourceSpec: named,
  DiscreteResourceSpec: discrete,
}: Request["generic"][number]): string =>
  named ? `${named.Kind}=${named.Value}` : `${discrete?.Kind}=${discrete?.Value}`

export const unmet = ({ constraints }: Request, { node }: NodeInfo): Request["constraints"] =>
  constraints.filter((one) => !node || !nodeMatches([one], node))

/** What exactly a node failed a filter by. */
export function detailOf(filter: string, request: Request, info: NodeInfo): string {
  const { node } = info
  switch (filter) {
    case "ready":
      return node?.Status.State === "ready" ? `availability is ${node.Spec.Availability}` : `is ${node?.Status.State}`
    case "resources":
      return `${shortage(request, info).join(" and ")} short`
    case "plugin":
      return `needs ${request.plugins.map(({ Type, Name }) => `${Type.toLowerCase()} plug-in ${Name}`).join(", ")}`
    case "constraint":
      return unmet(request, info)
        .map(({ key, equal, value }) => `${key}${equal ? "==" : "!="}${value} does not hold`)
        .join(", ")
    case "platform":
      return `is ${node?.Description.Platform.OS}/${node?.Description.Platform.Architecture}`
    case "host port":
      return `${request.hostPorts.filter((port) => info.hasHostPort(port)).join(", ")} in use`
    case "max replicas":
      return `has ${info.tasksOf(request.serviceId)} of at most ${request.maxReplicas}`
    default:
      return `needs ${request.volumes.join(", ")}`
  }
}
