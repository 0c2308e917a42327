import type { TaskSpec } from "../../core/model/task-spec.ts"

/**
 * The Engine port: what an agent asks of the container engine of its machine. A command is answered by exactly one `done` or `failed`
 * with its number (unless the machine crashes); containers that end by themselves are told by `exited`.
 */
export type EngineCommand =
  | { readonly op: "pull"; readonly image: string }
  | { readonly op: "create"; readonly container: ContainerRequest }
  | { readonly op: "start"; readonly containerId: string }
  /** The stop signal, then KILL after the grace period. Milliseconds. */
  | { readonly op: "stop"; readonly containerId: string; readonly signal: string; readonly grace_ms: number }
  | { readonly op: "remove"; readonly containerId: string }
  /** The containers of this cluster's tasks that the engine holds: asked once, when the agent starts. */
  | { readonly op: "list" }

export interface ContainerRequest {
  /** service.slot.taskID */
  readonly name: string
  readonly spec: TaskSpec
  /** com.docker.swarm.* and the spec's own. */
  readonly labels: Readonly<Record<string, string>>
  readonly hostname?: string
}

export interface ContainerSummary {
  readonly containerId: string
  readonly labels: Readonly<Record<string, string>>
  readonly state: "created" | "running" | "exited"
  readonly exitCode?: number
}

export type EngineReply =
  | { readonly op: "pull" }
  | { readonly op: "create"; readonly containerId: string }
  | { readonly op: "start"; readonly pid: number }
  | { readonly op: "stop"; readonly exitCode: number }
  | { readonly op: "remove" }
  | { readonly op: "list"; readonly containers: ReadonlyArray<ContainerSummary> }

export type EngineEvent =
  | { readonly type: "done"; readonly command: number; readonly reply: EngineReply }
  /** The engine's own words, e.g. "No such image: nosuch/image:1". */
  | { readonly type: "failed"; readonly command: number; readonly error: string }
  | { readonly type: "exited"; readonly containerId: string; readonly exitCode: number; readonly error?: string }
  | { readonly type: "health"; readonly containerId: string; readonly health: "starting" | "healthy" | "unhealthy" }
