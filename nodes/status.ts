import type { Instant } from "../core/instant.ts"
import type { Node } from "../core/model/node.ts"
import type { Service } from "../core/model/service.ts"
import type { Task } from "../core/model/task.ts"

/** What GET /drydock/status answers and the terminal shows: the cluster as one manager knows it, and the machines as the simulation does. */
export interface ClusterStatus {
  /** The cluster's clock (virtual in simulation), milliseconds since the epoch. */
  readonly now: Instant
  /** Simulation only. */
  readonly simulation?: { readonly seed: string; readonly speed: number; readonly started: Instant }
  readonly managers: ReadonlyArray<ManagerView>
  readonly nodes: ReadonlyArray<Node>
  readonly services: ReadonlyArray<Service>
  readonly tasks: ReadonlyArray<Task>
  /** Newest last. */
  readonly events: ReadonlyArray<StatusEvent>
  /** The log index up to which this was applied where it was asked. */
  readonly index: number
}

export interface ManagerView {
  /** Host name. */
  readonly name: string
  readonly nodeId: string
  readonly running: boolean
  /** Where its Engine API listens, "tcp://127.0.0.1:2375". */
  readonly host?: string
  readonly role: "leader" | "candidate" | "follower" | "pre-candidate" | "stopped"
  readonly term: number
  readonly vote: number
  readonly commit: number
  readonly applied: number
  readonly lastIndex: number
}

/** One line: what happened, at which log index where it came from the log. */
export interface StatusEvent {
  readonly at: Instant
  readonly index?: number
  readonly kind: "raft" | "node" | "service" | "task" | "network" | "machine"
  readonly text: string
}
