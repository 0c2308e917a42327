/** How fast the machine's clocks run, in milliseconds. */
export interface Timing {
  /** A leader tells its followers this often that it is alive. */
  readonly heartbeat_ms: number
  /** A follower that hears of no leader for a random time in [min, max) starts an election (§5.2). */
  readonly election_ms_min: number
  readonly election_ms_max: number
}

/** The shortest election timeout is four heartbeats: three may be lost or late before anybody doubts the leader. */
export const defaultTiming: Timing = { heartbeat_ms: 150, election_ms_min: 600, election_ms_max: 1200 }

export interface Limits {
  /** Payload of one append message, in bytes. One entry is always let through. */
  readonly append_bytes_max: number
  /** Append messages that may be on their way to one follower before its next answer. */
  readonly inflight_max: number
  /** Data of one proposal, in bytes. */
  readonly entry_bytes_max: number
  /** Entries beyond the commit index: what a leader without a quorum may pile up. */
  readonly uncommitted_entries_max: number
}

export const defaultLimits: Limits = {
  append_bytes_max: 1024 * 1024,
  inflight_max: 256,
  entry_bytes_max: 64 * 1024 * 1024,
  uncommitted_entries_max: 65_536,
}
