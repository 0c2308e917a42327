import { Inflight } from "./inflight.ts"
import type { Index, Snapshot } from "./types.ts"

/**
 * - probe: where the follower's log agrees is not known; one append at a time, until it answers.
 * - replicate: it is known; appends are sent ahead of the answers, as many as the window takes.
 * - snapshot: what it lacks is no longer in the log; it gets a snapshot, piece by piece.
 */
export type ProgressState = "probe" | "replicate" | "snapshot"

/** A snapshot on its way to a follower. */
export interface Sending {
  readonly snapshot: Snapshot
  /** The follower has the bytes before this. */
  offset: number
  /** When a piece was sent last. */
  sentAt: number
}

/** What a leader knows of one follower, in one term. Always 0 <= match < next. */
export class Progress {
  state: ProgressState = "probe"
  /** The follower's durable log is known to equal the leader's up to here. Only grows. */
  match: Index = 0
  /** The next entry to send. */
  next: Index
  /** The highest commit index that was sent to it; if that was lost, the next heartbeat says it again. */
  toldCommit: Index = 0
  /** Probing: an append is on its way; wait for its answer, or for one to a heartbeat. */
  probing = false
  /** When it was last heard of; until it answers at all, since when it is known. */
  heardAt: number
  /** It has answered to this leader. */
  heard = false
  /** The latest round of heartbeats that it answered. */
  round = 0
  /** In the snapshot state only. */
  sending: Sending | undefined
  readonly inflight: Inflight

  constructor(next: Index, inflight_max: number, heardAt = 0) {
    this.next = next
    this.heardAt = heardAt
    this.inflight = new Inflight(inflight_max)
    this.sending = undefined
  }

  hear(now: number): void {
    this.heardAt = now
    this.heard = true
  }

  get paused(): boolean {
    return this.state === "replicate" ? this.inflight.full : this.state === "snapshot" || this.probing
  }

  becomeProbe(): void {
    this.state = "probe"
    this.next = this.match + 1
    this.probing = false
    this.sending = undefined
    this.inflight.clear()
  }

  becomeReplicate(): void {
    this.becomeProbe()
    this.state = "replicate"
  }

  becomeSnapshot(snapshot: Snapshot): Sending {
    this.state = "snapshot"
    this.probing = false
    this.inflight.clear()
    this.sending = { snapshot, offset: 0, sentAt: 0 }
    return this.sending
  }

  /** The follower acknowledged everything up to `index`. Returns whether that is news. */
  accepted(index: Index): boolean {
    const news = index > this.match
    if (news) this.match = index
    if (index >= this.next) this.next = index + 1
    this.inflight.freeUpTo(index)
    if (this.state === "probe" && index >= this.next - 1) this.becomeReplicate()
    return news
  }

  /**
   * The follower rejected the append after `index`, and may agree up to `hint`. Returns false when the rejection is old news:
   * an answer that was late, repeated or overtaken.
   */
  rejected(index: Index, hint: Index): boolean {
    if (this.state === "snapshot") return false
    if (this.state === "replicate") {
      if (index <= this.match) return false
      this.becomeProbe()
      return true
    }
    if (index !== this.next - 1) return false
    this.next = Math.max(Math.min(index, hint + 1), this.match + 1)
    this.probing = false
    return true
  }

  /** An append was sent that ends at `lastIndex`, with this many entries. */
  sent(lastIndex: Index, entries: number): void {
    if (this.state === "probe") {
      this.probing = true
    } else if (entries > 0) {
      this.next = lastIndex + 1
      this.inflight.add(lastIndex)
    }
  }
}
