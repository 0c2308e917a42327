import type { Progress } from "./progress.ts"
import type { State } from "./state.ts"
import type { ConfigurationData, Index, MemberId, none, Role, Term } from "./types.ts"

/** What is known of one follower by its leader. */
export interface FollowerStatus {
  readonly id: MemberId
  readonly match: Index
  readonly next: Index
  readonly state: Progress["state"]
  /** Append messages on their way to it. */
  readonly inflight: number
  /** Milliseconds since it was last heard of; until it answers this leader at all, since the leader knows of it. */
  readonly silent_ms: number
  /** It has answered this leader. */
  readonly heard: boolean
  /** Bytes of a snapshot that it has received. */
  readonly snapshot_bytes?: number
}

/** What outsiders may know of a member: plain data. */
export interface RaftStatus {
  readonly id: MemberId
  readonly role: Role
  readonly term: Term
  readonly vote: MemberId | typeof none
  readonly leader: MemberId | typeof none
  readonly voters: ReadonlyArray<MemberId>
  readonly configuration: ConfigurationData
  /** Of the entry that brought the configuration; beyond `commit` while the change is under way. */
  readonly configurationIndex: Index
  /** Only in the snapshot, up to here. */
  readonly offset: Index
  /** 0 when there is no snapshot. */
  readonly snapshotIndex: Index
  readonly commit: Index
  /** Handed out as `committed`, up to here. */
  readonly delivered: Index
  /** On this member's disk, up to here. */
  readonly durable: Index
  readonly lastIndex: Index
  /** While leading: what is known of each other member. */
  readonly progress: ReadonlyArray<FollowerStatus>
  /** While leading: to whom leadership is being transferred. */
  readonly transferee: MemberId | typeof none
  /** When it stands for election if it hears of no leader; as a leader, when it next says that it is alive. Undefined: it does neither. */
  readonly timer?: number
  /** The longest that the timer can be set for. */
  readonly timer_ms_max: number
  /** While it stands for election: who votes for it, itself included. */
  readonly votes: ReadonlyArray<MemberId>
  /** Reads that wait for an answer. */
  readonly waitingReads: number
  /** The disk refused the last save. */
  readonly diskRefuses: boolean
}

export function statusOf(state: State): RaftStatus {
  const { id, role, term, vote, leader, log, configuration, timing } = state
  const { offset, snapshotIndex, commit, delivered, durable, lastIndex } = log
  const progress: FollowerStatus[] = []
  for (const [other, known] of state.progress) if (other !== id) progress.push(followerOf(state, other, known))
  return {
    id,
    role,
    term,
    vote,
    leader,
    voters: configuration.voters,
    configuration: configuration.data(),
    configurationIndex: log.configurations.latestIndex,
    offset,
    snapshotIndex,
    commit,
    delivered,
    durable,
    lastIndex,
    progress,
    transferee: state.transfer?.to ?? 0,
    ...timerOf(state),
    timer_ms_max: role === "leader" ? timing.heartbeat_ms : timing.election_ms_max,
    votes: [...state.votes].flatMap(([member, granted]) => (granted ? [member] : [])),
    waitingReads: state.reads.waiting,
    diskRefuses: state.saveRetryAt !== undefined,
  }
}

function timerOf(state: State): { readonly timer?: number } {
  if (state.role === "stopped") return {}
  if (state.role === "leader") return { timer: state.heartbeatAt }
  return state.configuration.isVoter(state.id) ? { timer: state.electionAt } : {}
}

function followerOf({ now }: State, id: MemberId, known: Progress): FollowerStatus {
  const { match, next, state, inflight, heardAt, heard, sending } = known
  const common = { id, match, next, state, inflight: inflight.count, silent_ms: now - heardAt, heard }
  return sending === undefined ? common : { ...common, snapshot_bytes: sending.offset }
}
