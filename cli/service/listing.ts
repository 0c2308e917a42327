import type { PortConfig } from "../../core/model/index.ts"
import type { Service } from "../client/types.ts"
import { shortId } from "../format/human.ts"
import { familiarImage } from "../format/image.ts"
import type { Listing, Row } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

/** The table of `service ls` and `stack services`. */
export const serviceListing: Listing = {
  type: "*service.serviceContext",
  headers: { ID: "ID", Name: "NAME", Mode: "MODE", Replicas: "REPLICAS", Image: "IMAGE", Ports: "PORTS" },
  columns: ["ID", "Name", "Mode", "Replicas", "Image", "Ports"],
  raw: [
    ["id", "ID"],
    ["name", "Name"],
    ["mode", "Mode"],
    ["replicas", "Replicas"],
    ["image", "Image"],
    ["ports", "Ports"],
  ],
}

export const serviceRows = (services: ReadonlyArray<Service>): ReadonlyArray<Row> =>
  [...services].sort(byName((service) => service.Spec.Name)).map(serviceRow)

const serviceRow = (service: Service): Row => ({
  ID: shortId(service.ID),
  Name: service.Spec.Name,
  Mode: modeWords(service),
  Replicas: replicas(service),
  Image: familiarImage(service.Spec.TaskTemplate.ContainerSpec?.Image ?? ""),
  Ports: publishedPorts(service.Endpoint?.Ports ?? []),
})

function modeWords(service: Service): string {
  const mode = service.Spec.Mode
  if (mode?.Global) return "global"
  if (mode?.ReplicatedJob) return "replicated job"
  if (mode?.GlobalJob) return "global job"
  return mode?.Replicated ? "replicated" : ""
}

function replicas({ Spec: spec, ServiceStatus: status }: Service): string {
  const running = status?.RunningTasks ?? 0
  const desired = status?.DesiredTasks ?? 0
  const completed = status?.CompletedTasks ?? 0
  const counts = `${running}/${desired}`
  if (spec.Mode?.ReplicatedJob)
    return `${counts} (${completed}/${spec.Mode.ReplicatedJob.TotalCompletions ?? 0} completed)`
  if (spec.Mode?.GlobalJob) return `${counts} (${completed}/${desired + completed} completed)`
  const perNode = spec.Mode?.Replicated ? (spec.TaskTemplate.Placement?.MaxReplicas ?? 0) : 0
  return perNode > 0 ? `${counts} (max ${perNode} per node)` : counts
}

interface PortRange {
  readonly protocol: string
  readonly published: readonly [first: number, last: number]
  readonly target: readonly [first: number, last: number]
}

/** Ports of the routing mesh, neighbours drawn together: "*:80-81->80-81/tcp". */
function publishedPorts(ports: ReadonlyArray<PortConfig>): string {
  const ordered = [...ports]
    .sort((a, b) => compareText(a.Protocol ?? "", b.Protocol ?? "") || (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0))
    .filter((port) => port.PublishMode === "ingress")
  const ranges: PortRange[] = []
  for (const port of ordered) {
    const last = ranges.at(-1)
    const grown = last === undefined ? undefined : grow(last, port)
    if (grown === undefined) ranges.push(rangeOf(port))
    else ranges[ranges.length - 1] = grown
  }
  return ranges
    .filter((range) => range.published[0] > 0)
    .map((range) => `*:${span(range.published)}->${span(range.target)}/${range.protocol}`)
    .join(", ")
}

const rangeOf = ({
  Protocol = "tcp",
  PublishedPort: published = 0,
  TargetPort: target = 0,
}: PortConfig): PortRange => ({
  protocol: Protocol,
  published: [published, published],
  target: [target, target],
})

/** The range with one more port, if that continues it on both sides, or goes to the one target that the range has. */
function grow(range: PortRange, port: PortConfig): PortRange | undefined {
  const { PublishedPort: published = 0, TargetPort: target = 0 } = port
  const isRange = range.target[0] !== range.target[1]
  // Docker's subtraction is unsigned: a port below the last one is far above it.
  const follows = (from: number, to: number) => to >= from && to - from <= 1
  if ((port.Protocol ?? "tcp") !== range.protocol) return undefined
  if (!follows(range.published[1], published) || !follows(range.target[1], target)) return undefined
  if (isRange && target <= range.target[1]) return undefined
  return { ...range, published: [range.published[0], published], target: [range.target[0], target] }
}

const span = ([first, last]: readonly [number, number]): string => (last > first ? `${first}-${last}` : String(first))

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
