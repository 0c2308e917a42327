import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import { newId } from "../../core/id.ts"
import { earliest, type Instant } from "../../core/instant.ts"
import type { Machine, Wake } from "../../core/machine.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import { type Entry, type Limits, type MemberId, type Metrics, none, type RaftStatus } from "../../raft/index.ts"
import type { Envelope } from "../envelope.ts"
import type { LogMessage } from "../log-protocol.ts"
import type { Peer } from "../peer.ts"
import { type Dispatch, toAgent } from "./dispatcher/dispatch.ts"
import { Forwarding } from "./forwarding.ts"
import { foundersOf } from "./founding.ts"
import type { ManagerInput, ManagerOutput, Standing } from "./io.ts"
import type { Leadership } from "./leadership.ts"
import { Leading, type Waiting } from "./leading.ts"
import { answerReader, passOn } from "./logs/between.ts"
import { LogReadings } from "./logs/readings.ts"
import { isManagerNow, Membership } from "./membership.ts"
import type { ManagerOptions } from "./options.ts"
import { Replica, type ReplicaOutput } from "./replica.ts"
import {
  clientsRequest,
  forwardedRequest,
  outcomeTo,
  outcomeUnknown,
  type Pending,
  replyTo,
  tooBusy,
} from "./requests.ts"
import { compactionOf } from "./settings.ts"

/**
 * A manager: a member of the consensus group with the cluster's objects, which it applies from the log. While it leads it decides what
 * happens to them; otherwise it passes its clients' requests on to the one that does.
 */
export class Manager implements Machine<ManagerInput, ManagerOutput> {
  readonly nodeId: string
  readonly raftId: MemberId
  readonly #limits: Partial<Limits> | undefined
  readonly #membership: Membership
  readonly #replica: Replica<Waiting>
  readonly #forwarding: Forwarding
  readonly #logs: LogReadings
  readonly #leading: Leading
  /** Names this process among all that ever ran, in the IDs of its requests. */
  readonly #process: string
  #standing: Standing = { role: "follower", term: 0, leader: none }
  #now: Instant
  #outputs: Array<ManagerOutput> = []

  constructor(options: ManagerOptions) {
    this.nodeId = options.nodeId
    this.#limits = options.limits
    this.#membership = new Membership(options)
    this.#now = options.now
    this.#forwarding = new Forwarding(options.now)
    this.#process = newId(options.random)
    this.#logs = new LogReadings(this.#process)
    this.raftId = options.raftId
    this.#replica = new Replica({
      raftId: options.raftId,
      voters: foundersOf(options.founding),
      random: options.random.fork("raft"),
      now: options.now,
      stored: options.stored,
      limits: options.limits,
    })
    this.#leading = new Leading({
      nodeId: options.nodeId,
      random: options.random,
      founding: options.founding,
      replica: this.#replica,
      membership: this.#membership,
      forwarding: this.#forwarding,
      standing: () => this.#standing,
      follow: (outputs) => this.#follow(outputs),
      emit: (outputs) => this.#emit(outputs),
      withdraw: (requests) => this.#withdraw(requests),
    })
    this.#emit(this.#membership.meet(this.store, options))
    this.#readSettings()
    this.#lookAtGroup()
  }

  /** The cluster's objects as far as this manager has applied the log. */
  get store(): ClusterStore {
    return this.#replica.store
  }

  step(now: Instant, input: ManagerInput | Wake): ReadonlyArray<ManagerOutput> {
    this.#now = now
    switch (input.type) {
      case "wake":
        this.#follow(this.#replica.step(now, input))
        this.#emit(this.#membership.wake(now, this.store))
        this.#emit(this.#forwarding.wake(now))
        this.#emit(this.#logs.wake(now))
        if (this.#leadership) this.#dispatch(this.#leadership.wake(now))
        break
      case "saved":
      case "save-failed":
        this.#follow(this.#replica.step(now, input))
        break
      case "link-down":
        this.#leadership?.linkDown(now, input.nodeId)
        break
      case "hand-over":
        this.#follow(this.#replica.handOver(now))
        break
      case "request":
        this.#take(clientsRequest(now, this.#process, input))
        break
      case "logs":
      case "logs-taken":
      case "logs-stop":
        this.#emit(this.#logs.input(now, input))
        break
      case "message":
        this.#receive(input.from, input.envelope)
    }
    this.#leading.cycles(now)
    this.#leading.stepGroup(now)
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  nextWake(): Instant | undefined {
    const others = earliest(this.#replica.nextWake(), this.#forwarding.nextWake())
    return earliest(
      earliest(earliest(others, this.#membership.nextWake()), this.#logs.nextWake()),
      this.#leading.nextWake(this.#now),
    )
  }

  status(): RaftStatus {
    return this.#replica.status()
  }

  /** The last entries of its log, at most so many. */
  tail(count: number): ReadonlyArray<Entry> {
    return this.#replica.tail(count)
  }

  /** What its member has done since the process began. */
  metrics(): Readonly<Metrics> {
    return this.#replica.metrics()
  }

  /** Clients' requests that wait for the leader's next cycle. */
  get queued(): number {
    return this.#leadership?.queued ?? 0
  }

  /** Role, term and leader, as Raft last told. */
  get standing(): Standing {
    return this.#standing
  }

  /** The leader's node ID as far as this manager knows. */
  get leader(): string | undefined {
    return this.#membership.nodeIdOf(this.#standing.leader)
  }

  /** Whether it is a voter of the consensus group. */
  get isMember(): boolean {
    return this.#membership.isVoter
  }

  /** While it leads. */
  get #leadership(): Leadership | undefined {
    return this.#leading.leadership
  }

  #receive(from: Peer, envelope: Envelope): void {
    if (envelope.kind === "agent") {
      if (envelope.message.type === "log-batch")
        this.#emit(passOn(this.#membership.known(this.store), from, envelope.message))
      else if (this.#leadership) this.#dispatch(this.#leadership.receive(this.#now, from, envelope.message))
      else if (envelope.message.type !== "statuses")
        this.#dispatch([this.#membership.redirect(this.store, from, this.leader)])
      return
    }
    // All else is among managers only: whatever a worker says here is not heard.
    if (from.role !== "manager") return
    if (envelope.kind === "raft") {
      const { member, message } = envelope
      // One that was taken out of the group is heard here too: it has to be told so.
      if (this.#membership.isOf(from, member))
        this.#follow(this.#replica.step(this.#now, { type: "message", from: member, message }))
      return
    }
    if (this.#leadership && !isManagerNow(this.store, from)) return
    switch (envelope.kind) {
      case "join":
        if (!this.#membership.isOf(from, envelope.member)) break
        this.#emit(this.#membership.asked(from, envelope.addr))
        this.#leadership?.asked(this.#now, from.id, envelope.member, envelope.addr)
        break
      case "forward":
        this.#take(forwardedRequest(this.#now, from.id, envelope))
        break
      case "forwarded":
        this.#emit(this.#forwarding.outcome(this.#now, from.id, envelope.id, envelope.outcome))
        break
      case "logs":
        this.#receiveLogs(from, envelope.message)
    }
  }

  /** Of a reader's manager for the leader, or of the leader for a reader here. */
  #receiveLogs(from: Peer, message: LogMessage): void {
    const leadership = this.#leadership
    if (message.type === "members" || message.type === "batch") this.#emit(this.#logs.receive(this.#now, message))
    else if (leadership) this.#emit(answerReader({ store: this.store, reaches: leadership.reaches }, from.id, message))
  }

  /** A request to carry out, or to pass on. */
  #take(pending: Pending): void {
    if (this.#leadership?.submit(pending)) return
    if (pending.origin.type === "manager")
      this.#outputs.push(outcomeTo(pending, pending.origin.nodeId, { type: "undone" }))
    else if (this.#leadership) this.#reply(pending, Result.fail(tooBusy))
    else this.#emit(this.#forwarding.take(this.#now, pending.origin.number, pending))
  }

  #follow(outputs: ReadonlyArray<ReplicaOutput<Waiting>>): void {
    for (const output of outputs) {
      switch (output.type) {
        case "save":
          this.#outputs.push(output)
          break
        case "send": {
          const to = this.#membership.nodeIdOf(output.to)
          const envelope: Envelope = { kind: "raft", member: this.raftId, message: output.message }
          if (to) this.#outputs.push({ type: "send", to, envelope })
          break
        }
        case "applied":
          this.#outputs.push({ type: "applied", index: output.index, changes: output.changes })
          if (output.changes.some((change) => change.table === "nodes")) this.#emit(this.#membership.read(this.store))
          if (output.changes.some((change) => change.table === "clusters")) this.#readSettings()
          this.#emit(this.#forwarding.applied(output.changes))
          this.#emit(this.#logs.applied(this.#now, output.changes))
          if (output.own) this.#leading.applied(this.#now, output.own, output.changes)
          this.#leading.begin(this.#now, output.term)
          break
        case "reconfigured":
          this.#lookAtGroup()
          this.#leadership?.reconfigured()
          break
        case "restored":
          this.#emit(this.#membership.read(this.store))
          this.#readSettings()
          this.#lookAtGroup()
          this.#outputs.push({ type: "applied", index: output.index, changes: [] })
          this.#emit(this.#forwarding.restored(this.store))
          break
        case "confirmed":
          this.#leading.reply(output.context.answers)
          break
        case "lost":
        case "unconfirmed":
          this.#withdraw(output.context.answers.map((answered) => answered.pending))
          break
        case "unknown":
          for (const { pending } of output.context.answers) this.#reply(pending, Result.fail(outcomeUnknown))
          break
        case "role":
          this.#outputs.push(output)
          this.#standing = output
          this.#roleChanged()
      }
    }
  }

  /** How often the log is compacted is the swarm's to say, unless whoever runs this manager says otherwise. */
  #readSettings(): void {
    const settings = this.#limits === undefined ? compactionOf(this.store) : undefined
    if (settings) this.#replica.compactAfter(settings.interval_entries, settings.tail_entries)
  }

  /** Sees whether this member has a vote. */
  #lookAtGroup(): void {
    this.#emit(this.#membership.look(this.status().configuration.voters))
  }

  #roleChanged(): void {
    const { role } = this.#standing
    this.#logs.leaderIs(this.#now, this.leader)
    this.#emit(this.#logs.wake(this.#now))
    if (role === "leader") return
    if (role === "stopped") {
      this.#membership.end()
      this.#outputs.push({ type: "removed" })
    }
    this.#leading.end()
    this.#emit(this.#forwarding.leaderIs(this.#now, this.leader))
  }

  /** Requests that had no effect go to the next leader. */
  #withdraw(requests: ReadonlyArray<Pending>): void {
    for (const pending of requests) this.#take(pending)
  }

  #reply(pending: Pending, answer: Answer<unknown>): void {
    this.#outputs.push(replyTo(pending, answer))
  }

  #dispatch(messages: ReadonlyArray<Dispatch>): void {
    this.#emit(messages.map(toAgent))
  }

  #emit(outputs: ReadonlyArray<ManagerOutput>): void {
    for (const output of outputs) this.#outputs.push(output)
  }
}
