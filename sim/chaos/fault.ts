import type { Random } from "../../core/random.ts"
import type { MemberId } from "../../raft/index.ts"
import type { Damage } from "../disk/damage.ts"
import type { Conditions } from "../network/conditions.ts"
import type { RaftCluster } from "../raft/cluster.ts"
import { type Fault, inject } from "../raft/fault.ts"
import { endpointOf } from "../raft/member.ts"
import { SafetyViolation } from "../raft/observation.ts"

/** What is done to a group besides what sim/raft knows: topologies that break plain Raft, and failures of several at once. */
export type ChaosFault =
  | Fault
  /** The leader's messages arrive, and nothing reaches it. */
  | { readonly type: "deafen-leader" }
  /** Everything reaches the leader, and nothing comes from it. */
  | { readonly type: "mute-leader" }
  /** Two halves that do not see each other, and one member that sees both. */
  | { readonly type: "bridge"; readonly member: MemberId }
  /** Each member sees its neighbours by id, and nobody else. */
  | { readonly type: "chain" }
  /** One direction between two members with conditions of its own, until all is healed. */
  | {
      readonly type: "link"
      readonly from: MemberId
      readonly to: MemberId
      readonly conditions: Partial<Conditions>
    }
  /** A member's disk is damaged, so the member is lost for good. */
  | { readonly type: "damage"; readonly member: MemberId; readonly damage: Damage }
  | { readonly type: "crash-group"; readonly group: ReadonlyArray<MemberId> }

/** A fault, and how long the group then runs. */
export interface ChaosStep {
  readonly fault: ChaosFault
  readonly run_ms: number
}

export function injectChaos(cluster: RaftCluster, fault: ChaosFault, random: Random): void {
  const { network, members } = cluster
  const leader = cluster.leader()
  switch (fault.type) {
    case "deafen-leader":
    case "mute-leader":
      for (const { id } of members) {
        if (leader === undefined || leader.id === id) continue
        const [from, to] = fault.type === "deafen-leader" ? [id, leader.id] : [leader.id, id]
        network.cut(endpointOf(from), endpointOf(to), { oneWay: true })
      }
      break
    case "bridge": {
      const others = members.map(({ id }) => id).filter((id) => id !== fault.member)
      const half = Math.ceil(others.length / 2)
      network.partition(others.slice(0, half).map(endpointOf), others.slice(half).map(endpointOf))
      break
    }
    case "chain":
      for (const a of members) {
        for (const b of members) if (b.id > a.id + 1) network.cut(endpointOf(a.id), endpointOf(b.id))
      }
      break
    case "link":
      network.setLink(endpointOf(fault.from), endpointOf(fault.to), fault.conditions)
      break
    case "crash-group":
      for (const id of fault.group) cluster.member(id).crash()
      break
    case "damage": {
      const what = cluster.member(fault.member).damage(fault.damage, random)
      if (what !== undefined) throw new SafetyViolation("damage is told", cluster.now, what)
      break
    }
    default:
      inject(cluster, fault)
  }
}
