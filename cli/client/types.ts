import type {
  Endpoint,
  Ipam,
  JobStatus,
  Meta,
  Network,
  PortConfig,
  ServiceSpec,
  TaskSpec,
  TaskState,
  TaskStatus,
  UpdateStatus,
  Version,
} from "../../core/model/index.ts"

export type { Config, Node, Secret } from "../../core/model/index.ts"

// Objects as the Engine API shows them, where that is not how the cluster keeps them.

/** A service of GET /services. Status comes with `status=true` only. */
export interface Service extends Meta {
  readonly Spec: ServiceSpec
  readonly PreviousSpec?: ServiceSpec
  readonly Endpoint?: Endpoint
  readonly UpdateStatus?: UpdateStatus
  readonly JobStatus?: JobStatus
  readonly ServiceStatus?: {
    readonly RunningTasks?: number
    readonly DesiredTasks?: number
    readonly CompletedTasks?: number
  }
}

/** A task of GET /tasks: its spec is with it. */
export interface Task extends Meta {
  readonly Spec: TaskSpec
  readonly ServiceID: string
  readonly Slot?: number
  readonly NodeID?: string
  readonly Status: TaskStatus & { readonly PortStatus?: { readonly Ports?: ReadonlyArray<PortConfig> | null } }
  readonly DesiredState: TaskState
  readonly JobIteration?: Version
}

/** A network of GET /networks, of this engine or of the swarm. */
export interface NetworkSummary {
  readonly Name: string
  readonly Id: string
  readonly Created: string
  readonly Scope: string
  readonly Driver: string
  readonly EnableIPv4?: boolean
  readonly EnableIPv6?: boolean
  readonly IPAM?: Ipam
  readonly Internal?: boolean
  readonly Ingress?: boolean
  readonly Labels?: Network["Spec"]["Labels"] | null
}

export interface CreatedService {
  readonly ID: string
  readonly Warnings?: ReadonlyArray<string> | null
}

export interface UpdatedService {
  readonly Warnings?: ReadonlyArray<string> | null
}
