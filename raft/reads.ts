import type { Configuration } from "./configuration.ts"
import type { ReadContext } from "./io.ts"
import type { Log } from "./log.ts"
import type { Metrics } from "./metrics.ts"
import type { Outbox } from "./outbox.ts"
import type { Progress } from "./progress.ts"
import type { Behaviour, Timing } from "./settings.ts"
import { type Index, type MemberId, none, type Term } from "./types.ts"

/** What reading needs to know of the member. */
interface Reader {
  readonly behaviour: Behaviour
  readonly timing: Timing
  readonly log: Log
  readonly outbox: Outbox
  readonly metrics: Metrics
  readonly configuration: Configuration
  readonly progress: ReadonlyMap<MemberId, Progress>
  readonly term: Term
  readonly leader: MemberId | typeof none
  readonly now: number
  readonly round: number
  readonly termStart: Index
  readonly transfer: object | undefined
}

/** Who wants to read: a caller here, or another member on behalf of its callers. */
type Asker = { readonly context: ReadContext } | { readonly member: MemberId; readonly request: number }

interface Waiting {
  readonly asker: Asker
  readonly index: Index
  /** Leader: the round of heartbeats that must be answered. Follower: the request that must be. */
  readonly round: number
}

/**
 * Linearizable reads without a log entry (dissertation, §6.4). A leader notes its commit index, makes sure with a round of heartbeats, begun
 * after the read was asked for, that it still leads, and answers when that index is applied. Reads that come while a round is
 * under way share the next one. A follower asks its leader for the index.
 */
export class Reads {
  /** In the order of their rounds. */
  #waiting: Waiting[] = []
  /** Confirmed; to be answered once `index` was handed out. */
  #confirmed: { readonly context: ReadContext; readonly index: Index }[] = []
  #request: number
  #askedAt = 0
  /** The term in which the leader was asked last. */
  #askedIn: Term = 0
  /** Lease reads only: when each round that nobody has confirmed yet began; and when the latest confirmed one did. */
  #begun: { readonly round: number; readonly at: number }[] = []
  #leaseFrom = Number.NEGATIVE_INFINITY
  /** In this term another member was asked to take over. */
  #leaseForfeited = false

  /** `first`: differs between the lives of a process, so that a late answer to one is not taken for an answer to another. */
  constructor(first: number) {
    this.#request = first
  }

  get waiting(): number {
    return this.#waiting.length + this.#confirmed.length
  }

  /** On a leader. Returns whether a round of heartbeats must begin for it. */
  askHere(state: Reader, asker: Asker): boolean {
    // Before an entry of its own term is committed, a leader does not know what else is: wait for that one.
    const index = Math.max(state.log.commit, state.termStart)
    if (this.#holdsLease(state)) {
      state.metrics.leaseReads++
      this.#answer(state, asker, index)
      return false
    }
    this.#waiting.push({ asker, index, round: state.round + 1 })
    this.confirm(state)
    return this.wantsRound(state)
  }

  /** On a follower that knows its leader. */
  askLeader(state: Reader, context: ReadContext): void {
    const outstanding = this.#waiting[0]?.round
    const idle = outstanding === undefined
    if (idle || outstanding === this.#request) this.#request++
    this.#waiting.push({ asker: { context }, index: 0, round: this.#request })
    if (idle) this.#ask(state, this.#request)
  }

  /** On a follower: after so long, the answer may have been lost. */
  askAgain(state: Reader): void {
    const outstanding = this.#waiting[0]
    const late = state.now - this.#askedAt >= state.timing.heartbeat_ms
    // What waits from before this term ends with this step.
    const ours = this.#askedIn === state.term
    if (outstanding !== undefined && ours && late) this.#ask(state, outstanding.round)
  }

  /** On a follower: the leader's answer to a request and, as it is later, to all before it. */
  answered(state: Reader, request: number, index: Index): void {
    // Never asked in this life: a late answer to a former one.
    if (request > this.#request) return
    while (this.#waiting[0] !== undefined && this.#waiting[0].round <= request) {
      const { asker } = this.#waiting[0]
      this.#waiting.shift()
      this.#answer(state, asker, index)
    }
    if (this.#waiting[0] !== undefined) this.#ask(state, this.#waiting[0].round)
  }

  /** On a leader: a quorum may have answered a round. */
  confirm(state: Reader): void {
    if (this.#waiting.length === 0 && this.#begun.length === 0) return
    const confirmed = state.configuration.reached(state.progress, roundOf)
    while (this.#begun[0] !== undefined && this.#begun[0].round <= confirmed) {
      this.#leaseFrom = this.#begun[0].at
      this.#begun.shift()
    }
    let done = 0
    for (const { asker, index, round } of this.#waiting) {
      if (round > confirmed) break
      this.#answer(state, asker, index)
      done++
    }
    if (done > 0) this.#waiting.splice(0, done)
  }

  /** Whether reads wait for a round that has not begun, and none is under way for others. */
  wantsRound(state: Reader): boolean {
    const first = this.#waiting[0]
    return first !== undefined && first.round > state.round
  }

  /**
   * On a leader: another member is asked to stand at once, and gets votes from those who hear this leader. The word may arrive long after
   * the transfer was given up, so leases are over for this term.
   */
  forfeitLease(): void {
    this.#leaseForfeited = true
  }

  roundBegins({ behaviour, round, now }: Reader): void {
    if (behaviour.leaseDrift_ms !== undefined) this.#begun.push({ round, at: now })
  }

  /** Ends the step: what can be answered now is. */
  flush(state: Reader): void {
    if (this.#confirmed.length === 0) return
    const { delivered } = state.log
    const contexts: ReadContext[] = []
    let highest = 0
    this.#confirmed = this.#confirmed.filter(({ context, index }) => {
      if (index > delivered) return true
      contexts.push(context)
      highest = Math.max(highest, index)
      return false
    })
    if (contexts.length > 0) state.outbox.output({ type: "read", index: highest, contexts })
  }

  /** The leader is another, or none: whoever has no index yet gets none from it. */
  abandon(state: Reader): void {
    const contexts: ReadContext[] = []
    for (const { asker } of this.#waiting) if ("context" in asker) contexts.push(asker.context)
    this.#waiting = []
    this.#begun = []
    this.#leaseFrom = Number.NEGATIVE_INFINITY
    this.#leaseForfeited = false
    state.metrics.readsLost += contexts.length
    if (contexts.length > 0) state.outbox.output({ type: "read-lost", contexts })
  }

  #answer(state: Reader, asker: Asker, index: Index): void {
    if ("context" in asker) this.#confirmed.push({ context: asker.context, index })
    else {
      const { member, request } = asker
      state.outbox.send(member, { type: "read-index-reply", term: state.term, request, index })
    }
  }

  #ask({ leader, outbox, term, now }: Reader, request: number): void {
    this.#askedAt = now
    this.#askedIn = term
    if (leader !== none) outbox.send(leader, { type: "read-index", term, request })
  }

  #holdsLease({ behaviour, timing, now, transfer }: Reader): boolean {
    if (behaviour.leaseDrift_ms === undefined || !behaviour.checkQuorum || transfer !== undefined) return false
    if (this.#leaseForfeited) return false
    return now < this.#leaseFrom + timing.election_ms_min - behaviour.leaseDrift_ms
  }
}

const roundOf = ({ round }: Progress): number => round
