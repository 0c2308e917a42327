import { type Index, type MemberId, none, type Term } from "../../raft/index.ts"
import { goodDisk } from "../disk/disk.ts"
import { goodConditions } from "../network/conditions.ts"
import type { RaftCluster } from "./cluster.ts"
import { endpointOf, type SimulatedMember } from "./member.ts"

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
    member.diskFull = false
    member.cancelRestart()
    member.skewClock(1, 0)
    member.resume()
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
 * than `bound_ms` of virtual time. Without a core: until no change of the configuration is under way, and all that belong to it follow.
 */
export function settle(
  cluster: RaftCluster,
  core: ReadonlyArray<MemberId> | undefined,
  bound_ms: number,
): Settled | string {
  const start = cluster.now
  const agreed = () => followersOf(cluster, core) !== undefined
  if (!cluster.runUntil(agreed, bound_ms)) return `no leader whom all follow within ${bound_ms} ms`
  const elected_ms = cluster.now - start
  let write: { readonly term: Term; readonly index: Index } | undefined
  const written = () => {
    const members = followersOf(cluster, core)
    const leader = cluster.leader()
    const term = leader?.status()?.term ?? 0
    if (members === undefined) return false
    // A leader that an election just before the healing has deposed takes its write along.
    if (write?.term !== term && cluster.propose(leader) !== undefined)
      write = { term, index: leader?.status()?.lastIndex ?? 0 }
    const { index } = write ?? { index: Number.POSITIVE_INFINITY }
    return members.every(({ state }) => (state?.index ?? 0) >= index)
  }
  if (!cluster.runUntil(written, bound_ms)) return `a new write is not applied everywhere within ${bound_ms} ms`
  return { elected_ms, written_ms: cluster.now - start - elected_ms }
}

/** Those who must follow, if they all do. */
function followersOf(
  cluster: RaftCluster,
  core: ReadonlyArray<MemberId> | undefined,
): ReadonlyArray<SimulatedMember> | undefined {
  const leader = cluster.leader()?.status()
  if (leader === undefined || leader.transferee !== none) return undefined
  const { voters, outgoing, learners } = leader.configuration
  const settled = core !== undefined || (outgoing.length === 0 && leader.configurationIndex <= leader.commit)
  const ids = core ?? [...voters, ...learners]
  if (!settled || !ids.includes(leader.id)) return undefined
  const members = ids.map((id) => cluster.member(id))
  const follows = (member: SimulatedMember) => {
    const status = member.status()
    return status?.term === leader.term && status.leader === leader.id
  }
  return members.every(follows) ? members : undefined
}
