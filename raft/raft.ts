import { advanceCommit } from "./commit.ts"
import { Configuration } from "./configuration.ts"
import { campaign, handleVote, handleVoteReply } from "./election.ts"
import { handleAppend, handleHeartbeat, hearLeader } from "./follower.ts"
import { InvariantViolation } from "./invariant.ts"
import type { Proposed, RaftInput, RaftOutput, Ticket } from "./io.ts"
import { Log } from "./log.ts"
import type { Message } from "./message.ts"
import { Outbox } from "./outbox.ts"
import { appendOwn, broadcastHeartbeat, broadcastNews, handleAppendReply, handleHeartbeatReply } from "./replication.ts"
import { becomeFollower, resetElectionTimer } from "./roles.ts"
import { defaultLimits, defaultTiming, type Limits, type Timing } from "./settings.ts"
import { hardStateOf, type RaftStatus, roleOf, type State, statusOf } from "./state.ts"
import { type Entry, type HardState, type Index, type MemberId, none } from "./types.ts"

export interface RaftOptions {
  readonly id: MemberId
  readonly voters: ReadonlyArray<MemberId>
  /** A float in [0, 1): spreads the election timeouts. */
  readonly random: () => number
  /** Milliseconds, on the same scale as every later `now`. */
  readonly now: number
  /** What the storage gave back. */
  readonly restored: {
    readonly hardState: HardState
    readonly entries: ReadonlyArray<Entry>
    /** The state machine kept what it applied up to here; handing out starts after it. 0 when it starts empty. */
    readonly applied?: Index
  }
  readonly timing?: Partial<Timing>
  readonly limits?: Partial<Limits>
}

/**
 * One member of a consensus group: Raft (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", extended
 * version) as a deterministic state machine. Its driver carries out the outputs of each call in their order, answers every `save` with
 * `saved` once it is durable, delivers messages, and wakes the machine when nextWake() says so. That is all a driver needs to know:
 * votes, acknowledgements and the leader's own count wait in here for the disk.
 */
export class Raft {
  readonly #state: State
  #reported: ReturnType<typeof roleOf>

  constructor(options: RaftOptions) {
    const { id, restored, now } = options
    const { hardState, entries, applied } = restored
    const log = new Log(entries, hardState.commit, applied ?? 0)
    this.#state = {
      id,
      random: options.random,
      timing: { ...defaultTiming, ...options.timing },
      limits: { ...defaultLimits, ...options.limits },
      log,
      outbox: new Outbox(hardState),
      progress: new Map(),
      votes: new Map(),
      configuration: new Configuration(options.voters),
      role: "follower",
      term: hardState.term,
      vote: hardState.vote,
      leader: none,
      now,
      electionAt: now,
      heartbeatAt: now,
    }
    if (log.lastTerm > hardState.term) throw new InvariantViolation("the log is ahead of the term", this.status())
    if (!this.#state.configuration.isSoleVoter(id)) resetElectionTimer(this.#state)
    this.#reported = roleOf(this.#state)
  }

  /** `now`: integer milliseconds. A reading earlier than one before counts as no time having passed. */
  step(now: number, input: RaftInput): ReadonlyArray<RaftOutput> {
    if (now > this.#state.now) this.#state.now = now
    if (input.type === "message") this.#receive(input.from, input.message)
    else if (input.type === "saved") this.#saved(input.ticket)
    else this.#wake()
    return this.#finish()
  }

  /**
   * Asks for `data` to be replicated. Only a leader accepts, and being accepted promises nothing: `Proposals` tells committed
   * proposals from lost ones. Not empty: entries without data are the leaders' own.
   */
  propose(now: number, data: Uint8Array): Proposed {
    const state = this.#state
    if (now > state.now) state.now = now
    const { role, leader, log, limits, term } = state
    if (role !== "leader") return { accepted: false, error: "not leader", leader }
    if (data.length > limits.entry_bytes_max) return { accepted: false, error: "entry too large", leader }
    if (log.lastIndex - log.commit >= limits.uncommitted_entries_max) {
      return { accepted: false, error: "too many uncommitted entries", leader }
    }
    const index = appendOwn(state, data)
    return { accepted: true, index, term, outputs: this.#finish() }
  }

  /** When to give a `wake` input; undefined when only something else can move this member. Ask again after every call. */
  nextWake(): number | undefined {
    const { role, log, now, configuration, id, heartbeatAt, electionAt } = this.#state
    if (log.deliverable) return now
    if (role === "leader") return configuration.isSoleVoter(id) ? undefined : heartbeatAt
    return configuration.isVoter(id) ? electionAt : undefined
  }

  status(): RaftStatus {
    return statusOf(this.#state)
  }

  #wake(): void {
    const state = this.#state
    if (state.role === "leader") {
      if (state.now >= state.heartbeatAt) broadcastHeartbeat(state)
    } else if (state.now >= state.electionAt && state.configuration.isVoter(state.id)) {
      campaign(state)
    }
  }

  #saved(ticket: Ticket): void {
    const state = this.#state
    if (ticket > state.outbox.lastAsked) throw new InvariantViolation("saved what was never asked for", { ticket })
    state.log.saved(ticket)
    const own = state.progress.get(state.id)
    if (own !== undefined && state.log.durable > own.match) {
      own.match = state.log.durable
      if (advanceCommit(state)) broadcastNews(state)
    }
    for (const { to, message } of state.outbox.saved(ticket)) {
      // What was said for an earlier term is of no use to anybody any more; nor is a request whose election is over.
      if (message.term < state.term || (message.type === "vote" && state.role !== "candidate")) continue
      if (to === state.id) this.#receive(to, message)
      else state.outbox.send(to, message)
    }
  }

  #receive(from: MemberId, message: Message): void {
    const state = this.#state
    if (message.term < state.term) {
      this.#refuseStale(from, message)
      return
    }
    if (message.term > state.term) becomeFollower(state, message.term, none)
    if (message.type === "append" || message.type === "heartbeat") hearLeader(state, from)
    switch (message.type) {
      case "vote":
        handleVote(state, from, message)
        break
      case "append":
        handleAppend(state, from, message)
        break
      case "heartbeat":
        handleHeartbeat(state, from, message)
        break
      case "vote-reply":
        if (state.role === "candidate") handleVoteReply(state, from, message)
        break
      case "append-reply":
        if (state.role === "leader") handleAppendReply(state, from, message)
        break
      case "heartbeat-reply":
        if (state.role === "leader") handleHeartbeatReply(state, from)
        break
    }
  }

  /** Whoever asks in an old term learns of the new one, and steps back (§5.1). Answers of an old term are dropped. */
  #refuseStale(from: MemberId, message: Message): void {
    const { outbox, term } = this.#state
    if (message.type === "vote") {
      outbox.sendDurably(from, { type: "vote-reply", term, granted: false })
    } else if (message.type === "append" || message.type === "heartbeat") {
      outbox.sendDurably(from, { type: "heartbeat-reply", term })
    }
  }

  /** Ends every call: what changed is reported, saved and handed out. */
  #finish(): ReadonlyArray<RaftOutput> {
    const state = this.#state
    const { outbox, log } = state
    const reported = this.#reported
    if (state.role !== reported.role || state.term !== reported.term || state.leader !== reported.leader) {
      this.#reported = roleOf(state)
      outbox.output(this.#reported)
    }
    outbox.flush(log, hardStateOf(state))
    const entries = log.deliver()
    if (entries.length > 0) outbox.output({ type: "committed", entries })
    return outbox.take()
  }
}
