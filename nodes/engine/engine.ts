import type { Instant } from "../../core/instant.ts"
import type { PortConfig } from "../../core/model/endpoint.ts"
import type { NetworkCreate } from "../../core/model/network.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import type { LogEntry } from "../log-entry.ts"
import type { ConfigFile, SecretFile } from "../protocol.ts"

/**
 * The Engine port: what an agent asks of the container engine of its machine. A command is answered by exactly one `done` or `failed`
 * with its number (unless the machine crashes); containers that end by themselves are told by `exited`. What a `stop` ended is told by its
 * answer alone. The `exited` of a container comes after the answer to its `start`.
 */
export type EngineCommand =
  /** `auth`: who asks the registry, as clients put it into X-Registry-Auth (base64url of JSON). */
  | { readonly op: "pull"; readonly image: string; readonly auth?: string }
  | { readonly op: "create"; readonly container: ContainerRequest }
  | { readonly op: "start"; readonly containerId: string }
  /** The stop signal (absent: the image's own, or SIGTERM), then KILL after the grace period. Milliseconds. */
  | { readonly op: "stop"; readonly containerId: string; readonly signal?: string; readonly grace_ms: number }
  | { readonly op: "remove"; readonly containerId: string }
  /**
   * The containers of this node's tasks that the engine holds: asked when the agent starts, and when it is in doubt. Several nodes may
   * share an engine; each sees only its own (label com.docker.swarm.node.id).
   */
  | { readonly op: "list" }
  /**
   * What a container has written, oldest first, by `log` events; done once all of it is told or, followed, once the container has ended.
   * Only what came at `since` or later, and of that only the last `tail` lines.
   */
  | {
      readonly op: "logs"
      readonly containerId: string
      readonly follow: boolean
      readonly tail?: number
      readonly since?: Instant
    }
  /** Ends a `logs` command, which is then done at once; no event of it follows. */
  | { readonly op: "logs-stop"; readonly command: number }

export type EngineOp = EngineCommand["op"]

export interface ContainerRequest {
  /** service.slot.taskID */
  readonly name: string
  readonly spec: TaskSpec
  /** com.docker.swarm.* and the spec's own. */
  readonly labels: Readonly<Record<string, string>>
  readonly hostname?: string
  /** Those of the cluster that the container is on, and the engine's own ones that its spec names. None: the engine's default bridge. */
  readonly networks?: ReadonlyArray<ContainerNetwork>
  /** Those published in host mode. */
  readonly ports?: ReadonlyArray<PortConfig>
  readonly secrets?: ReadonlyArray<SecretFile>
  readonly configs?: ReadonlyArray<ConfigFile>
}

/** A network of the cluster (`spec`), or one that every engine has of its own (no `spec`, the name for an ID). */
export interface ContainerNetwork {
  readonly id: string
  readonly name: string
  readonly spec?: NetworkCreate
  /** Names under which others on the network find the container. */
  readonly aliases: ReadonlyArray<string>
  /** What the cluster has allocated, in CIDR form. */
  readonly addresses: ReadonlyArray<string>
  readonly driverOpts?: Readonly<Record<string, string>>
}

export type Health = "starting" | "healthy" | "unhealthy"

export interface ContainerSummary {
  readonly containerId: string
  readonly labels: Readonly<Record<string, string>>
  readonly state: "created" | "running" | "exited"
  readonly exitCode?: number
  /** Running containers only. */
  readonly pid?: number
  /** Absent when it has no health check. */
  readonly health?: Health
  /** As `ports` of the answer to `start`. */
  readonly ports?: ReadonlyArray<PortConfig>
}

export type EngineReply =
  | { readonly op: "pull" }
  | { readonly op: "create"; readonly containerId: string }
  /**
   * `health` is "starting" when the container has a health check, its spec's or its image's own; what comes of it is told by events. `ports`: the
   * host's ports that the container has got, one entry an address family; absent where the engine does not tell.
   */
  | {
      readonly op: "start"
      readonly pid: number
      readonly health?: "starting"
      readonly ports?: ReadonlyArray<PortConfig>
    }
  | { readonly op: "stop"; readonly exitCode: number }
  | { readonly op: "remove" }
  | { readonly op: "list"; readonly containers: ReadonlyArray<ContainerSummary> }
  | { readonly op: "logs" }
  | { readonly op: "logs-stop" }

export type EngineEvent =
  | { readonly type: "done"; readonly command: number; readonly reply: EngineReply }
  /** The engine's own words, e.g. "No such image: nosuch/image:1". */
  | { readonly type: "failed"; readonly command: number; readonly error: string }
  | { readonly type: "exited"; readonly containerId: string; readonly exitCode: number; readonly error?: string }
  | { readonly type: "health"; readonly containerId: string; readonly health: Health }
  | { readonly type: "log"; readonly command: number; readonly entries: ReadonlyArray<LogEntry> }

/** How the engine says that a container is not there (any more), and that its name is taken. */
export const isNoSuchContainer = (error: string): boolean => error.startsWith("No such container")
export const isNameConflict = (error: string): boolean => error.startsWith("Conflict. The container name")
