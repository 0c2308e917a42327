/** A member of the consensus group: a positive integer, never given to another member again. */
export type MemberId = number

/** Where a member's id is asked for and there is none: no vote given, no leader known. */
export const none = 0

/** A period with at most one leader (§5.1). Starts at 0, grows by elections, never goes back. */
export type Term = number

/** A position in the log. The first entry has index 1; index 0, of term 0, stands before it. */
export type Index = number

/** One command of the replicated log. A new leader's first entry of its term has no data (§8). */
export interface Entry {
  readonly index: Index
  readonly term: Term
  readonly data: Uint8Array
}

/** What a member must find again after a crash, besides its entries (figure 2, "persistent state"). */
export interface HardState {
  readonly term: Term
  readonly vote: MemberId | typeof none
  /** A lower bound: it is saved along with other things, never for its own sake, as a new leader finds it again. */
  readonly commit: Index
}

export const initialHardState: HardState = { term: 0, vote: none, commit: 0 }

/** What one save makes durable, atomically: first drop the entries from `truncateFrom` on, then append `entries`. */
export interface Save {
  readonly hardState?: HardState | undefined
  readonly truncateFrom?: Index | undefined
  /** Consecutive; the first follows the last entry that is left. */
  readonly entries: ReadonlyArray<Entry>
}

export type Role = "follower" | "candidate" | "leader"
