import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ApiError } from "../../core/errors.ts"
import type { Instant, Millis } from "../../core/instant.ts"
import type { Ipam, Network } from "../../core/model/network.ts"
import type { EventLog } from "../event-log.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { ControlRequest } from "../manager/control/request.ts"
import type { LogLines } from "../manager/logs/chunk.ts"
import type { ClusterStatus } from "../status.ts"
import type { LocalEngine } from "./engine/local-engine.ts"
import type { SwarmGateway } from "./swarm-gateway.ts"

/** A network that one engine has for itself: bridge, host, none, docker_gwbridge. */
export interface LocalNetwork {
  readonly Name: string
  /** 64 hexadecimal digits. */
  readonly Id: string
  readonly Driver: string
  readonly Scope: "local"
  /** RFC 3339. */
  readonly Created?: string
  readonly IPAM?: Ipam
  readonly Options?: Readonly<Record<string, string>>
  readonly Labels?: Readonly<Record<string, string>>
}

/** The machine behind an API server, as it knows itself without asking the cluster. */
export interface LocalView {
  readonly nodeId: string
  readonly hostname: string
  /** An IP address. */
  readonly address: string
  /** LocalNodeState of GET /info. */
  readonly swarm: "inactive" | "pending" | "active" | "error" | "locked"
  /** ControlAvailable of GET /info: whether this machine is a manager. */
  readonly manager: boolean
  /** What keeps it from the cluster, in Docker's words. */
  readonly error?: string
  /** The managers that it knows of; Addr is ip:port. */
  readonly managers: ReadonlyArray<{ readonly NodeID: string; readonly Addr: string }>
  readonly engineVersion: string
  /** The highest API level that it offers; absent: the highest that is known here. */
  readonly apiVersion?: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly containers: { readonly running: number; readonly paused: number; readonly stopped: number }
  readonly images: number
  readonly networks: ReadonlyArray<LocalNetwork>
  /** Networks of the swarm that this machine is on: shown where it cannot ask the cluster. */
  readonly joinedNetworks: ReadonlyArray<Network>
  /** The machine's clock. */
  readonly now: Instant
}

/** What one API server stands before: its machine, and through it the cluster. */
export class ClusterGateway extends Context.Service<
  ClusterGateway,
  {
    /** Answered by the leader, wherever it is: the body of the HTTP answer, null where there is none. */
    readonly request: (request: ControlRequest) => Effect.Effect<unknown, ApiError>
    readonly local: () => LocalView
    /** A simulated engine. Absent: the machine's engine is a real one and answers for itself, elsewhere. */
    readonly engine?: LocalEngine
    /** What happened here and in the cluster. */
    readonly events: EventLog
    /** The logs of tasks, wherever they run; an error ends them. Whoever takes slowly slows down who writes. */
    readonly logs: (selector: LogSelector, options: LogOptions) => Stream.Stream<LogLines, ApiError>
    readonly swarm: SwarmGateway
    /** The cluster as this manager knows it; a simulation shows its own instead. Absent: nobody shows it. */
    readonly status?: () => Effect.Effect<ClusterStatus, ApiError>
    /** The digest ("sha256:...") that a registry has for an image. Absent: no registry can be reached. */
    readonly digest?: (image: string) => Effect.Effect<string, ApiError>
  }
>()("drydock/nodes/api/ClusterGateway") {}

export type Gateway = ClusterGateway["Service"]

/** A machine of a simulated cluster. Port: where its API listens. */
export interface Machine {
  readonly Name: string
  /** Empty for a machine that belongs to no swarm. */
  readonly Role: "manager" | "worker" | ""
  readonly State: "running" | "crashed"
  readonly Port?: number
  readonly Leader?: boolean
  /** Its IP address among the machines: what `docker swarm join` takes. */
  readonly Address?: string
}

/** What a new machine has. NanoCPUs: 1e9 is one CPU; labels are its engine's. */
export interface NewMachine {
  readonly name: string
  readonly NanoCPUs?: number
  readonly MemoryBytes?: number
  readonly labels?: Readonly<Record<string, string>>
}

/** The clock of a simulated cluster. Now and Started: milliseconds since the epoch. */
export interface SimulatedTime {
  readonly Now: Instant
  readonly Started: Instant
  readonly Seed: string
  readonly Paused: boolean
  /** Times the wall clock's; 0 while paused. */
  readonly Speed: number
}

/** Which moment of a simulated cluster's past is meant: by its clock, or by how many events had happened. */
export type PastMoment = { readonly at: Instant } | { readonly event: number }

/** A simulated cluster as it was. Event: how many events had happened; End: the present. */
export interface SimulatedPast {
  readonly Event: number
  readonly At: Instant
  readonly End: { readonly Event: number; readonly At: Instant }
  readonly Status: ClusterStatus
}

/** What is to become of the clock. Step: milliseconds, or the next event, whenever that is. */
export interface TimeChange {
  readonly paused?: boolean
  readonly speed?: number
  readonly step?: Millis | "event"
}

/** The hands that one has in a simulated cluster, and no Docker client knows of: /drydock/*. */
export class SimulationGateway extends Context.Service<
  SimulationGateway,
  {
    readonly status: () => ClusterStatus
    readonly machines: () => ReadonlyArray<Machine>
    /** Takes its power away. */
    readonly crash: (name: string) => Effect.Effect<void, ApiError>
    /** Shuts it down in good order: if its manager leads, another one takes over first. */
    readonly stop: (name: string) => Effect.Effect<void, ApiError>
    readonly start: (name: string) => Effect.Effect<void, ApiError>
    /** A new machine, which belongs to no swarm yet. */
    readonly create: (machine: NewMachine) => Effect.Effect<Machine, ApiError>
    /** Takes a machine away for good, its power first. */
    readonly remove: (name: string) => Effect.Effect<void, ApiError>
    /** The link between two machines, or, without a second, all links of the first. */
    readonly cut: (a: string, b?: string) => Effect.Effect<void, ApiError>
    readonly heal: () => Effect.Effect<void, ApiError>
    readonly time: () => SimulatedTime
    /** Lets time stand still, go on, go faster or slower, or, while it stands still, one step on. */
    readonly setTime: (change: TimeChange) => Effect.Effect<SimulatedTime, ApiError>
    /** The cluster as it was then. Errors: 400 for what has not been, 410 for what is no longer known. */
    readonly past: (moment: PastMoment) => Effect.Effect<SimulatedPast, ApiError>
  }
>()("drydock/nodes/api/SimulationGateway") {}

export type Simulation = SimulationGateway["Service"]
