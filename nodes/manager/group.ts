import type { MemberId, RaftStatus } from "../../raft/index.ts"

/** The consensus group as its leader has it. */
export interface Group {
  readonly own: MemberId
  /** Everybody who decides, or did until a moment ago. */
  readonly voters: ReadonlyArray<MemberId>
  readonly learners: ReadonlyArray<MemberId>
  readonly removed: ReadonlyArray<MemberId>
  /** No change of it is under way. */
  readonly settled: boolean
  /** Voters that were heard of lately, the leader included. */
  readonly reachable: ReadonlySet<MemberId>
}

/** The voters that a change of the group may count on. Who left by force will not come back, though it was heard a moment ago. */
export const alive = ({ reachable }: Group, gone: ReadonlySet<MemberId>): ReadonlySet<MemberId> =>
  new Set([...reachable].filter((voter) => !gone.has(voter)))

/** How long a voter counts as reachable after it was last heard of: twice the longest election timeout. */
const reachable_ms = 2_400

export function groupOf(status: RaftStatus): Group {
  const { voters, outgoing, learners, removed } = status.configuration
  // Of whom a new leader has heard nothing yet, nobody knows whether they live: they may be gone for good.
  const heard = status.progress.filter((follower) => follower.heard && follower.silent_ms <= reachable_ms)
  return {
    own: status.id,
    voters: [...new Set([...voters, ...outgoing])],
    learners,
    removed,
    settled: status.configurationIndex <= status.commit && outgoing.length === 0,
    reachable: new Set([status.id, ...heard.map((follower) => follower.id)]),
  }
}
