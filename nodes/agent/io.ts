import type { Instant } from "../../core/instant.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { TaskStatus } from "../../core/model/task.ts"
import type { Random } from "../../core/random.ts"
import type { EngineCommand, EngineEvent } from "../engine/engine.ts"
import type { IngressRoute } from "../ingress/routes.ts"
import type { Peer } from "../peer.ts"
import type { AgentMessage, DispatchMessage, ManagerAddress, Wanted, Way } from "../protocol.ts"
import type { AgentTiming } from "./timing.ts"

export type AgentInput =
  | { readonly type: "message"; readonly from: Peer; readonly message: DispatchMessage }
  | { readonly type: "engine"; readonly event: EngineEvent }
  /** A node that may be no manager says who they are. */
  | { readonly type: "way"; readonly from: string; readonly way: Way }
  /** The link to a manager is known to be broken. Never needed: silence is noticed too, only later. */
  | { readonly type: "link-down"; readonly manager: string }
  /** The node describes itself otherwise from now on: it has a new certificate, and was told with it who the managers are. */
  | {
      readonly type: "describe"
      readonly description: NodeDescription
      readonly managers: ReadonlyArray<ManagerAddress>
    }
  /** The node leaves its swarm: the agent removes what runs here, tells the managers, and then says `left`. */
  | { readonly type: "leave" }

export type AgentOutput =
  | { readonly type: "send"; readonly to: string; readonly message: AgentMessage }
  /** What the cluster publishes now: this node answers on those ports, too. */
  | { readonly type: "routes"; readonly routes: ReadonlyArray<IngressRoute> }
  | { readonly type: "command"; readonly number: number; readonly command: EngineCommand }
  /** What the managers want this node to be, whenever they say otherwise than before. */
  | { readonly type: "wanted"; readonly wanted: Wanted }
  /** Where a manager is reached that the agent is about to ask, and has only been told of by a node that is none. */
  | { readonly type: "know"; readonly nodeId: string; readonly addr: string }
  /** The swarm's managers, whenever they are others than before. */
  | { readonly type: "managers"; readonly managers: ReadonlyArray<ManagerAddress> }
  /** Nothing of the swarm runs here any more, and the managers know, or cannot be told. The agent's work is over. */
  | { readonly type: "left" }
  /** For observers: a session began, or ended. */
  | { readonly type: "session"; readonly manager: string; readonly session: string }
  | { readonly type: "session-over"; readonly manager: string; readonly session: string }
  /** For observers: where a task stands on this node. */
  | { readonly type: "task"; readonly taskId: string; readonly status: TaskStatus }

export interface AgentOptions {
  readonly nodeId: string
  readonly description: NodeDescription
  /** The address under which others reach this node. */
  readonly addr: string
  /** "ip:port" of the node's manager, if it has or gets one. */
  readonly managerAddr?: string
  /** The managers to try first. Later ones are learned from them. */
  readonly managers: ReadonlyArray<ManagerAddress>
  readonly random: Random
  readonly now: Instant
  readonly timing?: Partial<AgentTiming>
}
