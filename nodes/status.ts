import type { Instant, Millis } from "../core/instant.ts"
import type { Node } from "../core/model/node.ts"
import type { Service } from "../core/model/service.ts"
import type { Task } from "../core/model/task.ts"

/** What GET /drydock/status answers and the terminal shows: the cluster as one manager knows it, and the machines as the simulation does. */
export interface ClusterStatus {
  /** The cluster's clock (virtual in simulation), milliseconds since the epoch. */
  readonly now: Instant
  readonly simulation?: SimulationView
  readonly managers: ReadonlyArray<ManagerView>
  /** Simulation only: what the managers have on its way to each other, the first to arrive first. */
  readonly messages?: ReadonlyArray<MessageView>
  readonly nodes: ReadonlyArray<Node>
  readonly services: ReadonlyArray<Service>
  readonly tasks: ReadonlyArray<Task>
  /** Newest last. */
  readonly events: ReadonlyArray<StatusEvent>
  /** The log index up to which this was applied where it was asked. */
  readonly index: number
}

/** What only a simulation can tell. */
export interface SimulationView {
  readonly seed: string
  /** 0: it is paused. */
  readonly speed: number
  readonly started: Instant
  /** How many events have happened in it. */
  readonly event?: number
  /** Replayed from a recording: nothing can be done in it. */
  readonly recorded?: true
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
  /** Nothing but its name, its role and, where its leader was asked, `lastIndex` (what it has confirmed) is known: it is another machine. */
  readonly partial?: true
  /** While it leads: what it knows of each other member. */
  readonly followers?: ReadonlyArray<FollowerView>
  /** The last entries of its log, newest last. */
  readonly log?: ReadonlyArray<LogEntryView>
  /** Until it stands for election, or as a leader next says that it is alive; `of_ms` is the longest that this can be. */
  readonly timer?: { readonly left_ms: Millis; readonly of_ms: Millis }
  /** While it stands for election: how many votes it has, and needs. */
  readonly votes?: { readonly granted: number; readonly needed: number }
  /** What it has sent since its process began. */
  readonly sent?: SentView
  /** Simulation only: the managers that nothing passes to, or from, at this moment. */
  readonly cutFrom?: ReadonlyArray<string>
}

/** Counts of messages; entries are what appends carried. */
export interface SentView {
  readonly appends: number
  readonly entries: number
  readonly heartbeats: number
  readonly snapshots: number
}

/** A message between managers that has not arrived. */
export interface MessageView {
  readonly from: string
  readonly to: string
  readonly sentAt: Instant
  /** Unless it is lost on the way. */
  readonly arrivesAt: Instant
  readonly type: string
  readonly term?: number
  /** What else it says. */
  readonly text: string
}

/** What a leader knows of a member. `id` is its Raft ID; `match` the last index that it has confirmed. */
export interface FollowerView {
  readonly id: number
  readonly match: number
  readonly silent_ms: Millis
  /** Append messages on their way to it. */
  readonly inflight: number
}

export interface LogEntryView {
  readonly index: number
  readonly term: number
  /** "empty": with which a leader begins its term. */
  readonly kind: "command" | "configuration" | "empty"
  readonly bytes: number
}

/** One line: what happened, at which log index where it came from the log. */
export interface StatusEvent {
  readonly at: Instant
  readonly index?: number
  readonly kind: "raft" | "node" | "service" | "task" | "network" | "machine"
  readonly text: string
}
