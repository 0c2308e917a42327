import type { Entry, Index, SnapshotMetadata, Term } from "./types.ts"

/** Asks for a vote; `lastIndex` and `lastTerm` say how far the candidate's log goes (RequestVote, §5.2, §5.4.1). */
export interface Vote {
  readonly type: "vote"
  readonly term: Term
  readonly lastIndex: Index
  readonly lastTerm: Term
  /** The leader asked the candidate to stand: members who hear that leader need not protect it. */
  readonly transfer: boolean
}

export interface VoteReply {
  readonly type: "vote-reply"
  readonly term: Term
  readonly granted: boolean
}

/** Asks whether a vote in `term`, which nobody has begun, would be granted. Binds nobody (dissertation, §9.6). */
export interface PreVote {
  readonly type: "pre-vote"
  readonly term: Term
  readonly lastIndex: Index
  readonly lastTerm: Term
}

/** Granted: `term` is the one asked for. Refused: it is the answering member's own. */
export interface PreVoteReply {
  readonly type: "pre-vote-reply"
  readonly term: Term
  readonly granted: boolean
}

/** Entries that follow (`prevIndex`, `prevTerm`), and how far the leader has committed (AppendEntries, §5.3). */
export interface Append {
  readonly type: "append"
  readonly term: Term
  readonly prevIndex: Index
  readonly prevTerm: Term
  readonly entries: ReadonlyArray<Entry>
  readonly commit: Index
}

/**
 * Accepted: the follower's durable log equals the leader's up to `index`. Rejected: it has no entry of the asked term at `index`;
 * the hint is the last place where the two logs may still agree, so that the leader skips whole terms at once (end of §5.3).
 */
export interface AppendReply {
  readonly type: "append-reply"
  readonly term: Term
  readonly accepted: boolean
  readonly index: Index
  readonly hintIndex: Index
  readonly hintTerm: Term
}

/** The leader is alive. `commit` is never beyond what the receiver has acknowledged. */
export interface Heartbeat {
  readonly type: "heartbeat"
  readonly term: Term
  readonly commit: Index
  /** Comes back with the answer: who answers still followed this leader after the round began (§8, ReadIndex). */
  readonly round: number
}

export interface HeartbeatReply {
  readonly type: "heartbeat-reply"
  readonly term: Term
  readonly round: number
}

/**
 * A piece of the leader's snapshot (InstallSnapshot, §7). Acknowledged like an append up to `snapshot.index` once all of it is durable
 * and checked.
 */
export interface SnapshotChunk {
  readonly type: "snapshot"
  readonly term: Term
  readonly snapshot: SnapshotMetadata
  /** Bytes of the whole snapshot's data. */
  readonly size: number
  readonly offset: number
  readonly data: Uint8Array
  /** The checksum of this piece. */
  readonly checksum: number
}

/** The follower has the bytes before `offset` of the snapshot at `index`, and wants what follows. */
export interface SnapshotReply {
  readonly type: "snapshot-reply"
  readonly term: Term
  readonly index: Index
  readonly offset: number
}

/** A follower asks how far it must have applied to serve its reads. */
export interface ReadIndex {
  readonly type: "read-index"
  readonly term: Term
  readonly request: number
}

export interface ReadIndexReply {
  readonly type: "read-index-reply"
  readonly term: Term
  readonly request: number
  readonly index: Index
}

/** The leader asks a follower that has its whole log to stand for election at once (dissertation, §3.10). */
export interface TimeoutNow {
  readonly type: "timeout-now"
  readonly term: Term
}

/** A follower passes a proposal on. `request` is new for each proposal of a process's life. */
export interface Propose {
  readonly type: "propose"
  readonly term: Term
  readonly request: number
  readonly data: Uint8Array
}

/** Where the leader put it; index 0: it refused, and the proposal has no effect. */
export interface ProposeReply {
  readonly type: "propose-reply"
  readonly term: Term
  readonly request: number
  readonly index: Index
}

/** The receiver was removed from the group, which is committed. */
export interface Removed {
  readonly type: "removed"
  readonly term: Term
}

/** What members say to each other. Messages may be lost, repeated, late and out of order. */
export type Message =
  | Vote
  | VoteReply
  | PreVote
  | PreVoteReply
  | Append
  | AppendReply
  | Heartbeat
  | HeartbeatReply
  | SnapshotChunk
  | SnapshotReply
  | ReadIndex
  | ReadIndexReply
  | TimeoutNow
  | Propose
  | ProposeReply
  | Removed
