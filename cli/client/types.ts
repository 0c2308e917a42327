import type {
  ClusterSpec,
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

/** A container of GET /containers/json. `Created` in seconds since 1970. */
export interface ContainerSummary {
  readonly Id: string
  readonly Names: ReadonlyArray<string>
  readonly Image: string
  readonly ImageID: string
  readonly Command: string
  readonly Created: number
  readonly Ports?: ReadonlyArray<ContainerPort> | null
  readonly SizeRw?: number
  readonly SizeRootFs?: number
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly State: string
  readonly Status: string
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, unknown>> | null } | null
  readonly Mounts?: ReadonlyArray<{ readonly Name?: string; readonly Source?: string; readonly Driver?: string }> | null
}

export interface ContainerPort {
  readonly IP?: string
  readonly PrivatePort: number
  readonly PublicPort?: number
  readonly Type: string
}

/** An image of GET /images/json. `Created` in seconds since 1970; -1 for what was not counted. */
export interface ImageSummary {
  readonly Id: string
  readonly RepoTags?: ReadonlyArray<string> | null
  readonly RepoDigests?: ReadonlyArray<string> | null
  readonly Created: number
  readonly Size: number
  readonly SharedSize?: number
  readonly Containers?: number
}

export interface Volume {
  readonly Name: string
  readonly Driver: string
  readonly Mountpoint: string
  readonly CreatedAt?: string
  readonly Scope: string
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly Options?: Readonly<Record<string, string>> | null
  readonly Status?: Readonly<Record<string, unknown>>
  readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null
}

/** GET /swarm. */
export interface Swarm extends Meta {
  readonly Spec: ClusterSpec
  readonly TLSInfo?: TlsInfo
  readonly RootRotationInProgress?: boolean
  readonly JoinTokens: { readonly Worker: string; readonly Manager: string }
}

export interface TlsInfo {
  readonly TrustRoot?: string
  readonly CertIssuerSubject?: string
  readonly CertIssuerPublicKey?: string
}
