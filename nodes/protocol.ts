import type { Labels } from "../core/model/common.ts"
import type { ConfigSpec } from "../core/model/config.ts"
import type { PortConfig } from "../core/model/endpoint.ts"
import type { Network } from "../core/model/network.ts"
import type { NodeDescription, Role } from "../core/model/node.ts"
import type { SecretSpec } from "../core/model/secret.ts"
import type { Task, TaskStatus } from "../core/model/task.ts"
import type { TaskSpec } from "../core/model/task-spec.ts"
import type { IngressRoute } from "./ingress/routes.ts"
import type { LogBatchMessage, LogOrder } from "./log-protocol.ts"

/**
 * What agents and managers say to each other. Links may lose, repeat or delay messages and break at any time, so both ends number
 * what must arrive and repeat it until it is confirmed.
 */

/** Where a manager is reached. */
export interface ManagerAddress {
  readonly nodeId: string
  /** "ip:port". */
  readonly addr: string
}

/** What a node says that was a manager, to one that registers with it as if it still were: who the managers are now. */
export interface Way {
  readonly leader: string
  readonly managers: ReadonlyArray<ManagerAddress>
}

/** What the managers want a node to be: what its certificate is to say, which root is to have signed it, and whom it is to trust. */
export interface Wanted {
  readonly role: Role
  /** RootCa.Digest; absent while the cluster has no certificate authority. */
  readonly root?: string
  /** The root is being replaced: the former one is trusted, too, until every node has a certificate of the new one. */
  readonly rotating?: true
}

/** Any manager answers; only the leader registers, the others redirect. */
export type AgentMessage =
  /** `attempt` is unique to each try; a repeated message has the same. */
  | {
      readonly type: "register"
      readonly attempt: string
      readonly description: NodeDescription
      readonly addr: string
      /** "ip:port" of its manager, if it has or gets one. */
      readonly managerAddr?: string
    }
  /** `routes`: the number of the routes that it has in this session, 0 before the first; absent from one that needs none. */
  | { readonly type: "heartbeat"; readonly session: string; readonly routes?: number }
  /** The highest assignment message of this session that was taken. */
  | { readonly type: "assigned"; readonly session: string; readonly sequence: number }
  | {
      readonly type: "statuses"
      readonly session: string
      readonly batch: number
      readonly statuses: ReadonlyArray<TaskReport>
    }
  /** The node leaves the swarm for good: it runs nothing any more, and will not come back under this ID. */
  | { readonly type: "leave" }
  | LogBatchMessage

/** What belongs to an agent's session. */
export type SessionMessage = Exclude<AgentMessage, LogBatchMessage>

export interface TaskReport {
  readonly taskId: string
  readonly status: TaskStatus
}

export type DispatchMessage =
  /**
   * This manager does not lead. `leader` is absent while none is known. A manager that names itself has just begun to lead, and says so to
   * every node it can reach.
   */
  | { readonly type: "redirect"; readonly leader?: string; readonly managers: ReadonlyArray<ManagerAddress> }
  | {
      readonly type: "session"
      /** That of the register message it answers. Sent again when anything in it changes. */
      readonly attempt: string
      readonly session: string
      /** Milliseconds between heartbeats, each to be varied by a tenth. */
      readonly heartbeatPeriod: number
      readonly managers: ReadonlyArray<ManagerAddress>
      readonly wanted: Wanted
    }
  /** The session is not (or no longer) known here: register again. */
  | { readonly type: "session-lost"; readonly session: string }
  | { readonly type: "heartbeat-ack"; readonly session: string; readonly wanted: Wanted }
  /** The node's leaving is committed. */
  | { readonly type: "leave-ack" }
  | AssignmentMessage
  /** What the cluster publishes: said again when a heartbeat names another number. */
  | {
      readonly type: "routes"
      readonly session: string
      readonly number: number
      readonly routes: ReadonlyArray<IngressRoute>
      /** The network that they belong to, and so every node; absent where the cluster has none. */
      readonly network?: Network
    }
  /** The reports of this batch are committed. */
  | { readonly type: "statuses-ack"; readonly session: string; readonly batch: number }
  | LogOrder

/** `complete` replaces all that the agent was told before; otherwise the message adds to the one with the number before it. */
export interface AssignmentMessage {
  readonly type: "assignments"
  readonly session: string
  readonly sequence: number
  readonly complete: boolean
  readonly assign: ReadonlyArray<Assignment>
  /** Tasks that are no longer this node's business: their containers are removed. */
  readonly remove: ReadonlyArray<string>
}

/** A task with all that its node needs to run it. */
export interface Assignment {
  readonly task: Task
  readonly spec: TaskSpec
  /** Shown in container names and labels. */
  readonly serviceName: string
  readonly serviceLabels?: Labels
  /** Those published in host mode, on the node's own address. */
  readonly ports?: ReadonlyArray<PortConfig>
  readonly secrets?: ReadonlyArray<SecretFile>
  readonly configs?: ReadonlyArray<ConfigFile>
  /** The networks that the task is on, without the ingress network. */
  readonly networks?: ReadonlyArray<Network>
}

export interface SecretFile {
  readonly id: string
  readonly spec: SecretSpec
}

export interface ConfigFile {
  readonly id: string
  readonly spec: ConfigSpec
}
