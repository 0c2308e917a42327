import { takeSnapshot } from "./compaction.ts"
import { InvariantViolation } from "./invariant.ts"
import type { Changed, Forward, Proposed, RaftInput, RaftOutput, Read, ReadContext, Ticket, Transferred } from "./io.ts"
import type { ConfigurationChange } from "./membership.ts"
import type { Metrics } from "./metrics.ts"
import { proposeData, proposeTogether, refusal } from "./propose.ts"
import { receive } from "./receive.ts"
import { proposeChange } from "./reconfiguration.ts"
import { broadcastHeartbeat, ownDiskAdvanced } from "./replication.ts"
import { becomeFollower } from "./roles.ts"
import type { Limits } from "./settings.ts"
import { type RaftOptions, startingState } from "./start.ts"
import type { State } from "./state.ts"
import { type RaftStatus, statusOf } from "./status.ts"
import { finishStep, type Reported, reportOf } from "./step-end.ts"
import { beginTransfer } from "./transfer.ts"
import { type Entry, type MemberId, none } from "./types.ts"
import { nextWake, wake } from "./wake.ts"

/**
 * One member of a consensus group: Raft (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", extended
 * version; Ongaro's dissertation) as a deterministic state machine. Its driver carries out the outputs of each call in their order, answers
 * every `save` with `saved` once it is durable, delivers messages, and wakes the machine when nextWake() says so. That is all a driver
 * needs to know: votes, acknowledgements and the leader's own count wait in here for the disk.
 */
export class Raft {
  readonly #state: State
  #reported: Reported
  /** By how much the caller's clock has been set back since the start. */
  #setBack_ms = 0

  constructor(options: RaftOptions) {
    this.#state = startingState(options)
    this.#reported = reportOf(this.#state)
  }

  /** `now`: integer milliseconds. A reading earlier than one before counts as no time having passed: the clock was set back. */
  step(now: number, input: RaftInput): ReadonlyArray<RaftOutput> {
    const state = this.#at(now)
    if (state.role === "stopped") return []
    switch (input.type) {
      case "message":
        receive(state, input.from, input.message)
        break
      case "saved":
        this.#saved(input.ticket)
        break
      case "wake":
        wake(state)
        break
      case "save-failed":
        this.#saveFailed(input.ticket)
        break
      case "snapshot":
        takeSnapshot(state, input.index, input.data)
        break
    }
    return this.#finish()
  }

  /**
   * Asks for `data` to be replicated. Only a leader accepts, and being accepted promises nothing: `Proposals` tells committed
   * proposals from lost ones. Not empty: commands without data are the leaders' own.
   */
  propose(now: number, data: Uint8Array): Proposed {
    const state = this.#at(now)
    const index = proposeData(state, data)
    if (typeof index === "string") return this.#refuse(index)
    return { accepted: true, index, term: state.term, outputs: this.#finish() }
  }

  /** As propose(), for several at once: they are appended one after the other, the first at `index`, or none is. At least one. */
  proposeAll(now: number, datas: ReadonlyArray<Uint8Array>): Proposed {
    const state = this.#at(now)
    const index = proposeTogether(state, datas)
    if (typeof index === "string") return this.#refuse(index)
    return { accepted: true, index, term: state.term, outputs: this.#finish() }
  }

  /** On a follower: passes `data` on to the leader. A `forwarded` output tells what became of it. */
  forward(now: number, data: Uint8Array): Forward {
    const state = this.#at(now)
    const { role, leader, limits, forwarding, behaviour } = state
    if (role === "stopped") return this.#refuse("stopped")
    if (role === "leader") return this.#refuse("leader")
    if (!behaviour.forwardProposals) return this.#refuse("not allowed")
    if (leader === none) return this.#refuse("no leader")
    if (data.length > limits.entry_bytes_max) return this.#refuse("entry too large")
    if (forwarding.waiting >= limits.waiting_max) return this.#refuse("too many waiting")
    const request = forwarding.send(state, data)
    return { accepted: true, request, outputs: this.#finish() }
  }

  /**
   * Asks when the state machine here is recent enough for a linearizable read. `read` comes with `context` as soon as it is, on any
   * member; `read-lost` if the leader changes first.
   */
  read(now: number, context: ReadContext): Read {
    const state = this.#at(now)
    const { role, leader, limits, reads } = state
    if (role === "stopped") return this.#refuse("stopped")
    if (leader === none) return this.#refuse("no leader")
    if (reads.waiting >= limits.waiting_max) return this.#refuse("too many waiting")
    state.metrics.reads++
    if (role !== "leader") reads.askLeader(state, context)
    else if (reads.askHere(state, { context })) broadcastHeartbeat(state)
    return { accepted: true, outputs: this.#finish() }
  }

  /** Hands leadership over, to the voter with most of the log unless `to` says to whom. */
  transfer(now: number, to?: MemberId): Transferred {
    const state = this.#at(now)
    if (state.role !== "leader") return this.#refuse(state.role === "stopped" ? "stopped" : "not leader")
    const chosen = beginTransfer(state, to)
    if (typeof chosen === "object") return this.#refuse(chosen.error)
    return { accepted: true, to: chosen, outputs: this.#finish() }
  }

  /** Asks for all of these changes at once. One at a time: the next is refused until this one is over. */
  change(now: number, changes: ReadonlyArray<ConfigurationChange>): Changed {
    const state = this.#at(now)
    const index = refusal(state) ?? proposeChange(state, changes)
    if (typeof index === "string") return this.#refuse(index)
    return { accepted: true, index, term: state.term, outputs: this.#finish() }
  }

  /** From now on the log is compacted otherwise. */
  compactAfter(limits: Pick<Limits, "snapshotInterval_entries" | "tail_entries">): void {
    this.#state.limits = { ...this.#state.limits, ...limits }
  }

  /** When to give a `wake` input; undefined when only something else can move this member. Ask again after every call. */
  nextWake(): number | undefined {
    const at = nextWake(this.#state)
    return at === undefined ? undefined : at - this.#setBack_ms
  }

  status(): RaftStatus {
    return statusOf(this.#state)
  }

  /** The last entries of the log, at most so many. */
  tail(count: number): ReadonlyArray<Entry> {
    return this.#state.log.tail(count)
  }

  /** It leads, and another member is about to: nothing can be proposed meanwhile. */
  get isTransferring(): boolean {
    return this.#state.transfer !== undefined
  }

  metrics(): Readonly<Metrics> {
    return { ...this.#state.metrics }
  }

  #at(now: number): State {
    const state = this.#state
    const at = now + this.#setBack_ms
    if (at >= state.now) state.now = at
    else this.#setBack_ms += state.now - at
    return state
  }

  #refuse<Error>(error: Error): { readonly accepted: false; readonly error: Error; readonly leader: MemberId } {
    return { accepted: false, error, leader: this.#state.leader }
  }

  #saved(ticket: Ticket): void {
    const state = this.#state
    if (ticket > state.outbox.lastAsked) throw new InvariantViolation("saved what was never asked for", { ticket })
    state.log.saved(ticket)
    ownDiskAdvanced(state)
    for (const { to, message } of state.outbox.saved(ticket)) {
      // What was said for an earlier term is of no use to anybody any more; nor is a request whose election is over.
      if (message.term < state.term || (message.type === "vote" && state.role !== "candidate")) continue
      if (to === state.id) receive(state, to, message)
      else state.outbox.send(to, message)
    }
  }

  #saveFailed(ticket: Ticket): void {
    const state = this.#state
    if (ticket > state.outbox.lastAsked) throw new InvariantViolation("a save failed that nobody asked for", { ticket })
    state.log.saveFailed(ticket)
    state.outbox.saveFailed(ticket)
    state.metrics.savesFailed++
    state.saveRetryAt = state.now + state.timing.saveRetry_ms
    becomeFollower(state, state.term, state.role === "follower" ? state.leader : none)
  }

  #finish(): ReadonlyArray<RaftOutput> {
    this.#reported = finishStep(this.#state, this.#reported)
    return this.#state.outbox.take()
  }
}
