import type { Entry, MemberId } from "../../raft/index.ts"
import { goodDisk } from "../disk/disk.ts"
import { goodConditions } from "../network/conditions.ts"
import type { RaftCluster } from "./cluster.ts"
import { endpointOf } from "./member.ts"

/**
 * Ends all faults among the members of `core`, starts those that are down, and crashes everybody else. With a quorum for a core the group
 * must then come to work again.
 */
export function healCore(cluster: RaftCluster, core: ReadonlyArray<MemberId>): void {
  cluster.network.heal()
  cluster.network.conditions = goodConditions
  for (const member of cluster.members) {
    for (const other of cluster.members) cluster.network.setLink(endpointOf(member.id), endpointOf(other.id), undefined)
    member.device.disk.conditions = goodDisk
    member.cancelRestart()
    if (core.includes(member.id)) member.start()
    else member.crash()
  }
}

export interface Settled {
  /** Virtual milliseconds from healing to one leader whom all of the core follow. */
  readonly elected_ms: number
  /** Virtual milliseconds from then to a new write applied by all of the core. */
  readonly written_ms: number
}

/**
 * Waits until the core has one leader and a new write is applied everywhere in it. Returns the reason as text when that takes longer
 * than `bound_ms` of virtual time.
 */
export function settle(cluster: RaftCluster, core: ReadonlyArray<MemberId>, bound_ms: number): Settled | string {
  const start = cluster.now
  const members = core.map((id) => cluster.member(id))
  const agreed = () => {
    const leader = cluster.leader()?.status()
    return (
      leader !== undefined &&
      core.includes(leader.id) &&
      members.every((member) => {
        const status = member.status()
        return status?.term === leader.term && status.leader === leader.id
      })
    )
  }
  if (!cluster.runUntil(agreed, bound_ms)) return `no leader whom all follow within ${bound_ms} ms`
  const elected_ms = cluster.now - start
  const data = cluster.propose(cluster.leader())
  if (data === undefined) return "the leader takes no proposal"
  const has = (applied: ReadonlyArray<Entry>) => applied.some((entry) => entry.data === data)
  if (!cluster.runUntil(() => members.every(({ applied }) => has(applied.slice(-8))), bound_ms)) {
    return `a new write is not applied everywhere within ${bound_ms} ms`
  }
  return { elected_ms, written_ms: cluster.now - start - elected_ms }
}
