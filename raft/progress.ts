import { Inflight } from "./inflight.ts"
import type { Index } from "./types.ts"

/**
 * - probe: where the follower's log agrees is not known; one append at a time, until it answers.
 * - replicate: it is known; appends are sent ahead of the answers, as many as the window takes.
 */
export type ProgressState = "probe" | "replicate"

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
  readonly inflight: Inflight

  constructor(next: Index, inflight_max: number) {
    this.next = next
    this.inflight = new Inflight(inflight_max)
  }

  get paused(): boolean {
    return this.state === "probe" ? this.probing : this.inflight.full
  }

  becomeProbe(): void {
    this.state = "probe"
    this.next = this.match + 1
    this.probing = false
    this.inflight.clear()
  }

  /** The follower acknowledged everything up to `index`. Returns whether that is news. */
  accepted(index: Index): boolean {
    const news = index > this.match
    if (news) this.match = index
    if (index >= this.next) this.next = index + 1
    this.inflight.freeUpTo(index)
    if (this.state === "probe" && index >= this.next - 1) this.#becomeReplicate()
    return news
  }

  /**
   * The follower rejected the append after `index`, and may agree up to `hint`. Returns false when the rejection is old news:
   * an answer that was late, repeated or overtaken.
   */
  rejected(index: Index, hint: Index): boolean {
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

  #becomeReplicate(): void {
    this.state = "replicate"
    this.next = this.match + 1
    this.probing = false
    this.inflight.clear()
  }
}
