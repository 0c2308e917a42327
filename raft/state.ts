import type { Configuration } from "./configuration.ts"
import type { Forwarding } from "./forwarding.ts"
import type { RaftOutput } from "./io.ts"
import type { Log } from "./log.ts"
import type { Append } from "./message.ts"
import type { Metrics } from "./metrics.ts"
import type { Outbox } from "./outbox.ts"
import type { Progress } from "./progress.ts"
import type { Reads } from "./reads.ts"
import type { Receiving } from "./receiving.ts"
import type { Behaviour, Limits, Timing } from "./settings.ts"
import type { Index, MemberId, none, Role, Term } from "./types.ts"

/**
 * All that one member is, shared by the files that each know one part of what it does. Always:
 *
 * - `term` never goes back, and `vote` changes within a term only from none.
 * - a leader's `leader` is itself; a candidate knows of no leader and has voted for itself.
 * - `progress` has an entry per member while leading (the leader's own: how far its own disk is), and is empty otherwise.
 * - `votes` has the answers of the running election, and is empty but for a candidate and a pre-candidate.
 * - `configuration` is the latest in the log.
 */
export interface State {
  readonly id: MemberId
  readonly random: () => number
  readonly timing: Timing
  limits: Limits
  readonly behaviour: Behaviour
  readonly log: Log
  readonly outbox: Outbox
  readonly progress: Map<MemberId, Progress>
  readonly votes: Map<MemberId, boolean>
  readonly reads: Reads
  readonly forwarding: Forwarding
  readonly metrics: Metrics
  /** Leader: members that left while it led, and were not told yet. */
  readonly departed: Set<MemberId>
  configuration: Configuration
  /** The committed configuration that leaves nothing to be done. */
  settled: Configuration | undefined
  role: Role
  term: Term
  vote: MemberId | typeof none
  leader: MemberId | typeof none
  /** The instant of the input that is being worked on. Never goes back. */
  now: number
  /** Follower, candidate: when to start an election. */
  electionAt: number
  /** When a leader was last heard. */
  leaderHeardAt: number
  /** Leader: when to send the next heartbeats. */
  heartbeatAt: number
  /** Leader: the number of the latest round of heartbeats. */
  round: number
  /** Leader: what was last sent to a follower, for the next one that is as far. */
  lastAppend: Append | undefined
  /** Leader: the first entry of its term. */
  termStart: Index
  /** Leader: to whom leadership is being transferred, and when to give up. */
  transfer: { readonly to: MemberId; readonly until: number } | undefined
  /** Follower: the part of a snapshot that has arrived. */
  receiving: Receiving | undefined
  /** The disk refused a save: when to ask again. Until then nothing is taken that would have to be kept. */
  saveRetryAt: number | undefined
  /** The last `snapshot-due` was for this index. */
  snapshotDueAt: Index
}

/** What an observer is told when it changes. */
export const roleOf = (state: State): Extract<RaftOutput, { type: "role" }> => ({
  type: "role",
  role: state.role,
  term: state.term,
  leader: state.leader,
})
