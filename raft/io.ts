import type { Message } from "./message.ts"
import type { ConfigurationData, Entry, Index, MemberId, none, Role, Save, Snapshot, Term } from "./types.ts"

/** Names one save; tickets of a member grow by one. */
export type Ticket = number

export type RaftInput =
  /** Time has come to what nextWake() announced. */
  | { readonly type: "wake" }
  | { readonly type: "message"; readonly from: MemberId; readonly message: Message }
  /** The save of this ticket, and so every earlier one, is durable. */
  | { readonly type: "saved"; readonly ticket: Ticket }
  /**
   * The disk refused the save of this ticket: neither it nor any that was asked for after it is or will be durable. The member steps down,
   * answers for nothing that it could not keep, and asks again after a while.
   */
  | { readonly type: "save-failed"; readonly ticket: Ticket }
  /** The state machine's whole state after the entry at `index`, which was handed out; the answer to `snapshot-due`. */
  | { readonly type: "snapshot"; readonly index: Index; readonly data: Uint8Array }

export interface SaveOutput extends Save {
  readonly type: "save"
  readonly ticket: Ticket
}

export type RaftOutput =
  /** Make this durable, then give `saved` back. Saves complete in the order in which they were asked for. */
  | SaveOutput
  | { readonly type: "send"; readonly to: MemberId; readonly message: Message }
  /**
   * Apply these; those of kind `configuration` are not for the state machine. Every committed entry comes exactly once in a process's life,
   * in order, and only when durable here.
   */
  | { readonly type: "committed"; readonly entries: ReadonlyArray<Entry> }
  /** Replace the state machine's state by the snapshot's, which is durable here: the entries up to its index do not come any more. */
  | { readonly type: "restore"; readonly snapshot: Snapshot }
  /** Enough was applied since the last snapshot: give a `snapshot` input for this index or a later one when convenient. */
  | { readonly type: "snapshot-due"; readonly index: Index }
  /** The state as it is now answers these reads: what was committed before they were asked for, up to `index` at least, was handed out. */
  | { readonly type: "read"; readonly index: Index; readonly contexts: ReadonlyArray<ReadContext> }
  /** The leader has changed or stepped down before these reads were answered; ask again. */
  | { readonly type: "read-lost"; readonly contexts: ReadonlyArray<ReadContext> }
  /** What became of a forwarded proposal. */
  | { readonly type: "forwarded"; readonly request: number; readonly result: Forwarded }
  /** The role, the term or the known leader has changed. */
  | { readonly type: "role"; readonly role: Role; readonly term: Term; readonly leader: MemberId | typeof none }
  /** Another configuration holds from now on. It came with the entry at `index`, which need not be committed yet. */
  | { readonly type: "configuration"; readonly index: Index; readonly configuration: ConfigurationData }

/** Whatever the asker wants back. */
export type ReadContext = number | string

/** Appended by the leader, as an accepted proposal of its own; refused, without effect; or lost from sight: it may be committed or not. */
export type Forwarded =
  | { readonly outcome: "appended"; readonly index: Index; readonly term: Term }
  | { readonly outcome: "refused" }
  | { readonly outcome: "unknown" }

interface Refused<Error> {
  readonly accepted: false
  readonly error: Error
  /** As far as this member knows. */
  readonly leader: MemberId | typeof none
}

/** What became of a call to propose. An accepted proposal is committed when an entry of its index AND term is. */
export type Proposed =
  | {
      readonly accepted: true
      readonly index: Index
      readonly term: Term
      readonly outputs: ReadonlyArray<RaftOutput>
    }
  | Refused<ProposeError>

export type ProposeError =
  | "not leader"
  | "leadership is being transferred"
  | "entry too large"
  | "too many uncommitted entries"
  | "too many uncommitted bytes"
  | "stopped"

/** What became of a call to change the configuration. The change is made when the entry is committed; a joint one takes another after it. */
export type Changed = Extract<Proposed, { accepted: true }> | Refused<ChangeError>

export type ChangeError =
  | ProposeError
  | "another change is under way"
  | "nothing of this term is committed yet"
  | "the id was removed and is not used again"
  | "not a member"
  | "already a member"
  | "not caught up"
  | "no voter would be left"

export type Forward =
  | { readonly accepted: true; readonly request: number; readonly outputs: ReadonlyArray<RaftOutput> }
  | Refused<"leader" | "no leader" | "not allowed" | "entry too large" | "too many waiting" | "stopped">

/** What became of a call to read; `read` or `read-lost` follows an accepted one. */
export type Read =
  | { readonly accepted: true; readonly outputs: ReadonlyArray<RaftOutput> }
  | Refused<"no leader" | "too many waiting" | "stopped">

/** What became of a call to transfer leadership to `to`. It may still come to nothing: the leader then goes on. */
export type Transferred =
  | { readonly accepted: true; readonly to: MemberId; readonly outputs: ReadonlyArray<RaftOutput> }
  | Refused<"not leader" | "leadership is being transferred" | "no other voter" | "stopped">
