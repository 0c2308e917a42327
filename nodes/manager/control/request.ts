import type { ClusterSpec } from "../../../core/model/cluster.ts"
import type { ConfigSpec } from "../../../core/model/config.ts"
import type { NetworkCreate } from "../../../core/model/network.ts"
import type { Availability, NodeSpec } from "../../../core/model/node.ts"
import type { JoinTokens, RootRotation } from "../../../core/model/root-ca.ts"
import type { SecretSpec } from "../../../core/model/secret.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"

/** Filters as the Engine API has them: key -> values; values of one key are alternatives (labels: all must hold). */
export type Filters = Readonly<Record<string, ReadonlyArray<string>>>

/**
 * What a client asks of the cluster, whichever manager it asks: the leader answers. `name` stands for a full ID, an exact name or a
 * unique prefix of an ID, as the engine resolves them.
 */
export type ControlRequest =
  | { readonly op: "node.list"; readonly filters: Filters }
  | { readonly op: "node.inspect"; readonly name: string }
  | { readonly op: "node.update"; readonly name: string; readonly version: number; readonly spec: NodeSpec }
  | { readonly op: "node.remove"; readonly name: string; readonly force: boolean }
  /** A machine with a join token's secret asks to be let in: it becomes a node with a new ID. Answer: Admission. */
  | {
      readonly op: "node.admit"
      readonly secret: string
      readonly availability: Availability
      /** A name that the machine gave its wish to join, the same however often it asks; nobody else can know it. */
      readonly wish?: string
    }
  /** A node asks for a new certificate: what it may be from now on. Answer: Admission. */
  | { readonly op: "node.renew"; readonly nodeId: string }
  /** A manager is about to leave the swarm: it stops being one. */
  | { readonly op: "node.leave"; readonly nodeId: string }
  | { readonly op: "service.list"; readonly filters: Filters; readonly status: boolean }
  | { readonly op: "service.inspect"; readonly name: string; readonly insertDefaults: boolean }
  | { readonly op: "service.create"; readonly spec: ServiceSpec }
  | {
      readonly op: "service.update"
      readonly name: string
      readonly version: number
      readonly spec: ServiceSpec
      readonly rollback: boolean
      /** Where a spec without credentials for the registry takes them from: the service's present spec unless said otherwise. */
      readonly authFrom?: "spec" | "previous-spec"
    }
  | { readonly op: "service.remove"; readonly name: string }
  | { readonly op: "task.list"; readonly filters: Filters }
  | { readonly op: "task.inspect"; readonly name: string }
  | { readonly op: "network.list"; readonly filters: Filters }
  | { readonly op: "network.inspect"; readonly name: string }
  | { readonly op: "network.create"; readonly spec: NetworkCreate }
  | { readonly op: "network.remove"; readonly name: string }
  | { readonly op: "secret.list"; readonly filters: Filters }
  | { readonly op: "secret.inspect"; readonly name: string }
  | { readonly op: "secret.create"; readonly spec: SecretSpec }
  | { readonly op: "secret.update"; readonly name: string; readonly version: number; readonly spec: SecretSpec }
  | { readonly op: "secret.remove"; readonly name: string }
  | { readonly op: "config.list"; readonly filters: Filters }
  | { readonly op: "config.inspect"; readonly name: string }
  | { readonly op: "config.create"; readonly spec: ConfigSpec }
  | { readonly op: "config.update"; readonly name: string; readonly version: number; readonly spec: ConfigSpec }
  | { readonly op: "config.remove"; readonly name: string }
  | { readonly op: "swarm.inspect" }
  | { readonly op: "swarm.unlockkey" }
  | ({ readonly op: "swarm.update"; readonly secrets: Secrets } & SwarmUpdate)
  /** Why a task, or the tasks of a service, are where they are. */
  | { readonly op: "explain"; readonly name: string }
  /** What nodes have and have promised; `service`: how many more of it would fit. */
  | { readonly op: "capacity"; readonly service: string | undefined }
  | { readonly op: "rebalance"; readonly moves: number; readonly dryRun: boolean }
  /** What requests would lead to, without doing them. */
  | { readonly op: "plan"; readonly requests: ReadonlyArray<Planned> }
  /** The swarm part of GET /info: counts of nodes and managers, the cluster, the managers' addresses. */
  | { readonly op: "swarm.info" }

/** POST /swarm/update. */
export interface SwarmUpdate {
  readonly version: number
  readonly spec: ClusterSpec
  readonly rotateWorkerToken: boolean
  readonly rotateManagerToken: boolean
  readonly rotateUnlockKey: boolean
}

/** Fresh secrets for an update that needs some. They come with the request: who carries it out has no secure randomness. */
export interface Secrets {
  /** For the present root certificate. */
  readonly tokens: JoinTokens
  /** "SWMKEY-1-<base 64 of 32 bytes>". */
  readonly unlockKey: string
  /** A root to take the place of the present one, which has signed it, too. */
  readonly rotation?: RootRotation
}

/** Changes that a plan may be asked for. */
export type Planned = Extract<
  ControlRequest,
  {
    readonly op:
      | "service.create"
      | "service.update"
      | "service.remove"
      | "node.update"
      | "network.create"
      | "network.remove"
      | "secret.create"
      | "config.create"
  }
>
