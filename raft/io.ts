import type { Message } from "./message.ts"
import type { Entry, Index, MemberId, none, Role, Save, Term } from "./types.ts"

/** Names one save; tickets of a member grow by one. */
export type Ticket = number

export type RaftInput =
  /** Time has come to what nextWake() announced. */
  | { readonly type: "wake" }
  | { readonly type: "message"; readonly from: MemberId; readonly message: Message }
  /** The save of this ticket, and so every earlier one, is durable. */
  | { readonly type: "saved"; readonly ticket: Ticket }

export interface SaveOutput extends Save {
  readonly type: "save"
  readonly ticket: Ticket
}

export type RaftOutput =
  /** Make this durable, then give `saved` back. Saves complete in the order in which they were asked for. */
  | SaveOutput
  | { readonly type: "send"; readonly to: MemberId; readonly message: Message }
  /** Apply these. Every committed entry comes exactly once in a process's life, in order, and only when durable here. */
  | { readonly type: "committed"; readonly entries: ReadonlyArray<Entry> }
  /** The role, the term or the known leader has changed. */
  | { readonly type: "role"; readonly role: Role; readonly term: Term; readonly leader: MemberId | typeof none }

/** What became of a call to propose. An accepted proposal is committed when an entry of its index AND term is. */
export type Proposed =
  | {
      readonly accepted: true
      readonly index: Index
      readonly term: Term
      readonly outputs: ReadonlyArray<RaftOutput>
    }
  | { readonly accepted: false; readonly error: ProposeError; readonly leader: MemberId | typeof none }

export type ProposeError = "not leader" | "entry too large" | "too many uncommitted entries"
