import type { Platform } from "../../core/model/node.ts"
import type { GenericResource } from "../../core/model/resources.ts"
import type { Task } from "../../core/model/task.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { type Reader, specRecordOf } from "../../core/store/reader.ts"
import { hostPortsOf } from "../allocator/ports.ts"
import { type Constraint, constraintsOf } from "./constraint.ts"

/** A plug-in that a node must have: Type is Volume, Network or Log. */
export interface Plugin {
  readonly Type: string
  readonly Name: string
}

/** What tasks of one service and spec version ask of a node. */
export interface Request {
  readonly serviceId: string
  readonly specId: string
  readonly nanoCpus: number
  readonly memoryBytes: number
  readonly generic: ReadonlyArray<GenericResource>
  readonly plugins: ReadonlyArray<Plugin>
  readonly constraints: ReadonlyArray<Constraint>
  readonly platforms: ReadonlyArray<Platform>
  readonly hostPorts: ReadonlyArray<string>
  /** At most so many tasks of the service on a node; 0 for no limit. */
  readonly maxReplicas: number
  /** Cluster volumes by name. */
  readonly volumes: ReadonlyArray<string>
  /** Spread descriptors, the first the coarsest. */
  readonly preferences: ReadonlyArray<string>
}

const none: ReadonlyArray<never> = []

/** What the task asks of a node. All tasks of one service and spec version ask the same. */
export function requestOf(reader: Reader, task: Task, specId: string): Request {
  const record = specRecordOf(reader, task)
  return requestOfSpec(reader, { ...task, specId, spec: record?.Spec, endpoint: record?.EndpointSpec })
}

interface Asking extends Pick<Task, "ServiceID" | "NetworksAttachments"> {
  readonly specId: string
  readonly spec: TaskSpec | undefined
  readonly endpoint: Parameters<typeof hostPortsOf>[0]
}

export function requestOfSpec(reader: Reader, asking: Asking): Request {
  const { ServiceID, NetworksAttachments, specId, spec, endpoint } = asking
  const reserved = spec?.Resources?.Reservations
  const placement = spec?.Placement
  const mounts = spec?.ContainerSpec?.Mounts
  return {
    serviceId: ServiceID,
    specId,
    nanoCpus: reserved?.NanoCPUs ?? 0,
    memoryBytes: reserved?.MemoryBytes ?? 0,
    generic: reserved?.GenericResources ?? none,
    plugins: pluginsOf(reader, spec, NetworksAttachments),
    constraints: spec ? constraintsOf(spec) : none,
    platforms: placement?.Platforms ?? none,
    hostPorts: hostPortsOf(endpoint),
    maxReplicas: placement?.MaxReplicas ?? 0,
    volumes: mounts?.flatMap((mount) => (mount.Type === "cluster" ? (mount.Source ?? "") : [])) ?? none,
    preferences: placement?.Preferences?.flatMap(({ Spread }) => Spread?.SpreadDescriptor ?? []) ?? none,
  }
}

/** Volume and log drivers that the spec names, and the drivers of the networks that the task is on. */
function pluginsOf(
  reader: Reader,
  spec: TaskSpec | undefined,
  attachments: Task["NetworksAttachments"],
): ReadonlyArray<Plugin> {
  const plugins: Array<Plugin> = []
  for (const { Type, VolumeOptions } of spec?.ContainerSpec?.Mounts ?? []) {
    const Name = VolumeOptions?.DriverConfig?.Name
    if (Type === "volume" && Name && Name !== "local") plugins.push({ Type: "Volume", Name })
  }
  for (const { NetworkID } of attachments ?? []) {
    const Name = reader.get("networks", NetworkID)?.DriverState?.Name
    if (Name) plugins.push({ Type: "Network", Name })
  }
  const log = spec?.LogDriver?.Name
  if (log && log !== "none") plugins.push({ Type: "Log", Name: log })
  return plugins
}
