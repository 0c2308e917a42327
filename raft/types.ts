/** A member of the consensus group: a positive integer, never given to another member again. */
export type MemberId = number

/** Where a member's id is asked for and there is none: no vote given, no leader known. */
export const none = 0

/** A period with at most one leader (§5.1). Starts at 0, grows by elections, never goes back. */
export type Term = number

/** A position in the log. The first entry has index 1; index 0, of term 0, stands before it. */
export type Index = number

/** `command`: for the state machine above. `configuration`: who belongs to the group; its data is encodeConfiguration()'s. */
export type EntryKind = "command" | "configuration"

/** One entry of the replicated log. A new leader's first entry of its term is a command without data (§8). */
export interface Entry {
  readonly index: Index
  readonly term: Term
  readonly kind: EntryKind
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

/**
 * Who belongs to the group, as plain data: what a configuration entry and a snapshot carry. Every list is in ascending order without
 * repetitions. A member is at most one of: voter (in `voters`, in `outgoing`, or in both), learner, removed.
 */
export interface ConfigurationData {
  /** A majority of these decides. */
  readonly voters: ReadonlyArray<MemberId>
  /** Not empty while the group passes from one set of voters to another: a majority of these must agree, too (§6, joint consensus). */
  readonly outgoing: ReadonlyArray<MemberId>
  /** Get the log and decide nothing. */
  readonly learners: ReadonlyArray<MemberId>
  /** Learners who become voters as soon as they have caught up. */
  readonly joining: ReadonlyArray<MemberId>
  /** Voters in `outgoing` who become learners, rather than leave, when the transition ends. */
  readonly demoted: ReadonlyArray<MemberId>
  /** Were members once. Their ids are never given again. */
  readonly removed: ReadonlyArray<MemberId>
}

/** What a snapshot stands for: everything up to the entry (`index`, `term`), and the configuration as of there. */
export interface SnapshotMetadata {
  readonly index: Index
  readonly term: Term
  readonly configuration: ConfigurationData
  /** The checksum of the data. */
  readonly checksum: number
}

/** The state machine's whole state after the entry (`index`, `term`); the data is the application's. */
export interface Snapshot extends SnapshotMetadata {
  readonly data: Uint8Array
}

/**
 * What one save makes durable, atomically, in this order: replace the snapshot, drop the entries up to and including `compactTo`, drop those
 * from `truncateFrom` on, append `entries`.
 */
export interface Save {
  readonly hardState?: HardState | undefined
  /** Later than the one before. */
  readonly snapshot?: Snapshot | undefined
  /** At most the snapshot's index. Beyond the last entry: the log is empty then, and goes on after it. */
  readonly compactTo?: Index | undefined
  /** Among the entries that are left after `compactTo`. */
  readonly truncateFrom?: Index | undefined
  /** Consecutive; the first follows the last entry that is left, or `compactTo`. */
  readonly entries: ReadonlyArray<Entry>
}

/**
 * A pre-candidate asks whether it could win before it disturbs anybody with a new term (dissertation, §9.6). `stopped`: the member was removed
 * from the group, and does nothing any more.
 */
export type Role = "follower" | "pre-candidate" | "candidate" | "leader" | "stopped"
