import type { ClusterSpec } from "../../core/model/cluster.ts"
import type { Availability, Role } from "../../core/model/node.ts"
import type { JoinTokens, RootCa } from "../../core/model/root-ca.ts"
import type { MemberId } from "../../raft/index.ts"

/** What a swarm begins with. */
export interface Founding {
  readonly clusterId: string
  readonly spec: ClusterSpec
  readonly root: RootCa
  readonly tokens: JoinTokens
  /** "SWMKEY-1-..."; only when managers are to be locked. */
  readonly unlockKey?: string
  readonly defaultAddrPool: ReadonlyArray<string>
  readonly subnetSize: number
  readonly dataPathPort: number
  /** Who belongs to it from its first moment. After `swarm init`: the one manager that begins. */
  readonly nodes: ReadonlyArray<FoundingNode>
}

export interface FoundingNode {
  readonly nodeId: string
  readonly role: Role
  readonly availability: Availability
  /** An IP address. */
  readonly addr: string
  /** Managers only. */
  readonly raftId?: MemberId
  readonly managerAddr?: string
}

/** Who votes in a cluster's first moment; nobody, for one that joins. */
export const foundersOf = (founding: Founding | undefined): ReadonlyArray<MemberId> =>
  (founding?.nodes ?? []).flatMap(({ raftId }) => (raftId === undefined ? [] : [raftId]))
