import type { Configuration } from "./configuration.ts"
import type { RaftOutput } from "./io.ts"
import type { Log } from "./log.ts"
import type { Outbox } from "./outbox.ts"
import type { Progress } from "./progress.ts"
import type { Limits, Timing } from "./settings.ts"
import type { HardState, Index, MemberId, none, Role, Term } from "./types.ts"

/**
 * All that one member is, shared by the files that each know one part of what it does. Always:
 *
 * - `term` never goes back, and `vote` changes within a term only from none.
 * - a leader's `leader` is itself; a candidate knows of no leader and has voted for itself.
 * - `progress` has an entry per member while leading (the leader's own: how far its own disk is), and is empty otherwise.
 * - `votes` has the answers of the running election, and is empty but for a candidate.
 */
export interface State {
  readonly id: MemberId
  readonly random: () => number
  readonly timing: Timing
  readonly limits: Limits
  readonly log: Log
  readonly outbox: Outbox
  readonly progress: Map<MemberId, Progress>
  readonly votes: Map<MemberId, boolean>
  configuration: Configuration
  role: Role
  term: Term
  vote: MemberId | typeof none
  leader: MemberId | typeof none
  /** The instant of the input that is being worked on. Never goes back. */
  now: number
  /** Follower, candidate: when to start an election. */
  electionAt: number
  /** Leader: when to send the next heartbeats. */
  heartbeatAt: number
}

export const hardStateOf = (state: State): HardState => ({
  term: state.term,
  vote: state.vote,
  commit: state.log.commit,
})

/** What outsiders may know of a member: plain data. */
export interface RaftStatus {
  readonly id: MemberId
  readonly role: Role
  readonly term: Term
  readonly vote: MemberId | typeof none
  readonly leader: MemberId | typeof none
  readonly voters: ReadonlyArray<MemberId>
  readonly commit: Index
  /** Handed out as `committed`, up to here. */
  readonly delivered: Index
  /** On this member's disk, up to here. */
  readonly durable: Index
  readonly lastIndex: Index
  /** While leading: what is known of each other member. */
  readonly progress: ReadonlyArray<{
    readonly id: MemberId
    readonly match: Index
    readonly next: Index
    readonly state: Progress["state"]
    readonly inflight: number
  }>
}

export function statusOf(state: State): RaftStatus {
  const { id, role, term, vote, leader, log } = state
  const { commit, delivered, durable, lastIndex } = log
  const voters = state.configuration.voters
  const progress: RaftStatus["progress"][number][] = []
  for (const [other, { match, next, state: kind, inflight }] of state.progress) {
    if (other !== id) progress.push({ id: other, match, next, state: kind, inflight: inflight.count })
  }
  return { id, role, term, vote, leader, voters, commit, delivered, durable, lastIndex, progress }
}

/** What an observer is told when it changes. */
export const roleOf = (state: State): Extract<RaftOutput, { type: "role" }> => ({
  type: "role",
  role: state.role,
  term: state.term,
  leader: state.leader,
})
