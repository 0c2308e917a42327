/** How fast the machine's clocks run, in milliseconds. */
export interface Timing {
  /** A leader tells its followers this often that it is alive. */
  readonly heartbeat_ms: number
  /** A follower that hears of no leader for a random time in [min, max) starts an election (§5.2). */
  readonly election_ms_min: number
  readonly election_ms_max: number
  /** After a save that failed, how long until the disk is asked again. */
  readonly saveRetry_ms: number
}

/** The shortest election timeout is four heartbeats: three may be lost or late before anybody doubts the leader. */
export const defaultTiming: Timing = {
  heartbeat_ms: 150,
  election_ms_min: 600,
  election_ms_max: 1200,
  saveRetry_ms: 1000,
}

export interface Limits {
  /** Payload of one append message, in bytes. One entry is always let through. */
  readonly append_bytes_max: number
  /** Append messages that may be on their way to one follower before its next answer. */
  readonly inflight_max: number
  /** Data of one proposal, in bytes. */
  readonly entry_bytes_max: number
  /** Entries beyond the commit index: what a leader without a quorum may pile up. */
  readonly uncommitted_entries_max: number
  /** Their data together, in bytes. One proposal is always let through. */
  readonly uncommitted_bytes_max: number
  /** Reads, and likewise forwarded proposals, that wait for an answer. */
  readonly waiting_max: number
  /** A snapshot is due after this many applied entries. */
  readonly snapshotInterval_entries: number
  /** Entries from before the snapshot that are kept for followers that are slow, but not very. */
  readonly tail_entries: number
  /** One piece of a snapshot on its way to a follower, in bytes. */
  readonly snapshotChunk_bytes: number
  /** A follower takes no snapshot larger than this. */
  readonly snapshot_bytes_max: number
  /** A learner that lacks no more than this many committed entries has caught up. */
  readonly promotionLag_entries: number
}

export const defaultLimits: Limits = {
  append_bytes_max: 1024 * 1024,
  inflight_max: 256,
  entry_bytes_max: 64 * 1024 * 1024,
  uncommitted_entries_max: 65_536,
  uncommitted_bytes_max: 256 * 1024 * 1024,
  waiting_max: 10_000,
  snapshotInterval_entries: 10_000,
  tail_entries: 500,
  snapshotChunk_bytes: 256 * 1024,
  snapshot_bytes_max: 1024 * 1024 * 1024,
  promotionLag_entries: 100,
}

/** What a member does beyond the paper. The same for all members of a group. */
export interface Behaviour {
  /** Ask whether an election can be won before starting a new term: a member that was cut off deposes nobody when it returns (§9.6). */
  readonly preVote: boolean
  /**
   * A leader that hears of no quorum for an election timeout steps down, and a member that hears a leader ignores who wants to replace it
   * (§6.2, §4.2.3), except for a transfer.
   */
  readonly checkQuorum: boolean
  /** Followers pass proposals on to the leader instead of refusing them. */
  readonly forwardProposals: boolean
  /**
   * Not undefined: leaders answer reads without asking a quorum while the latest round of heartbeats is young enough (§6.4.1). This is only
   * right if, over one election timeout, no clock of the group gains more than this many milliseconds on another, and no clock jumps;
   * and with checkQuorum. Nothing checks it.
   */
  readonly leaseDrift_ms: number | undefined
}

export const defaultBehaviour: Behaviour = {
  preVote: true,
  checkQuorum: true,
  forwardProposals: false,
  leaseDrift_ms: undefined,
}
