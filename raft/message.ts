import type { Entry, Index, Term } from "./types.ts"

/** Asks for a vote; `lastIndex` and `lastTerm` say how far the candidate's log goes (RequestVote, §5.2, §5.4.1). */
export interface Vote {
  readonly type: "vote"
  readonly term: Term
  readonly lastIndex: Index
  readonly lastTerm: Term
}

export interface VoteReply {
  readonly type: "vote-reply"
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
}

export interface HeartbeatReply {
  readonly type: "heartbeat-reply"
  readonly term: Term
}

/** What members say to each other. Messages may be lost, repeated, late and out of order. */
export type Message = Vote | VoteReply | Append | AppendReply | Heartbeat | HeartbeatReply
