import * as Result from "effect/Result"
import { type Answer, rpcError } from "../../core/errors.ts"
import { newId } from "../../core/id.ts"
import { earliest, type Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Machine, Wake } from "../../core/machine.ts"
import type { Random } from "../../core/random.ts"
import type { Applied } from "../../core/store/change.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import {
  type Entry,
  type Limits,
  type MemberId,
  type Metrics,
  none,
  type RaftStatus,
  type Stored,
  type Term,
} from "../../raft/index.ts"
import type { Envelope, Outcome } from "../envelope.ts"
import type { LogBatchMessage, LogMessage } from "../log-protocol.ts"
import type { Peer } from "../peer.ts"
import type { ManagerAddress } from "../protocol.ts"
import type { Managers } from "./control/context.ts"
import type { Dispatch } from "./dispatcher/dispatcher.ts"
import { Forwarding } from "./forwarding.ts"
import type { Founding } from "./founding.ts"
import type { ManagerInput, ManagerOutput } from "./io.ts"
import { type Answered, Leadership } from "./leadership.ts"
import { LogReadings } from "./logs/readings.ts"
import { relay } from "./logs/relay.ts"
import { Members } from "./members.ts"
import { Replica, type ReplicaOutput } from "./replica.ts"
import type { Pending } from "./requests.ts"
import { groupOf } from "./roles.ts"

export interface ManagerOptions {
  readonly nodeId: string
  /** Its member of the consensus group. */
  readonly raftId: MemberId
  /** "ip:port" under which the other managers reach this one. */
  readonly addr: string
  /** What the cluster begins with: given to those who begin it, ever. Without it, this manager joins one that is there. */
  readonly founding?: Founding | undefined
  /** Managers to join through, until the log tells who they are. */
  readonly remotes?: ReadonlyArray<ManagerAddress>
  readonly random: Random
  readonly now: Instant
  /** What its disk gave back: everything after a restart, nothing at first. */
  readonly stored: Stored
  readonly limits?: Partial<Limits> | undefined
}

/** A cycle's answers, which wait for its entry to be applied or, without one, for the certainty that this manager still led. */
interface Waiting {
  readonly answers: ReadonlyArray<Answered>
  readonly leadership: Leadership
}

type Standing = Pick<Extract<ManagerOutput, { readonly type: "role" }>, "role" | "term" | "leader">

/** How often a manager that is not a member yet says that it is ready to become one. */
const join_ms = 500

/** How long to wait after a cycle that could not be replicated. */
const refused_ms = 1_000

/**
 * A manager: a member of the consensus group with the cluster's objects, which it applies from the log. While it leads it decides what
 * happens to them; otherwise it passes its clients' requests on to the one that does.
 */
export class Manager implements Machine<ManagerInput, ManagerOutput> {
  readonly nodeId: string
  readonly raftId: MemberId
  readonly #addr: string
  readonly #limits: Partial<Limits> | undefined
  readonly #founding: Founding | undefined
  readonly #members: Members
  readonly #random: Random
  readonly #replica: Replica<Waiting>
  readonly #forwarding: Forwarding
  readonly #logs: LogReadings
  /** Names this process among all that ever ran, in the IDs of its requests. */
  readonly #process: string
  /** When to ask again to be let into the group; undefined for a voter. */
  #joinAt: Instant | undefined
  #isMember = false
  #standing: Standing = { role: "follower", term: 0, leader: none }
  #leadership: Leadership | undefined
  /** No cycle before this. */
  #holdUntil = Number.NEGATIVE_INFINITY
  #now: Instant
  #outputs: Array<ManagerOutput> = []

  constructor(options: ManagerOptions) {
    this.nodeId = options.nodeId
    this.#addr = options.addr
    this.#limits = options.limits
    this.#founding = options.founding
    this.#members = new Members(options.remotes ?? [])
    this.#random = options.random
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
    this.#meet(options)
    this.#joinAt = options.now
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
        this.#askIn()
        this.#emit(this.#forwarding.wake(now))
        this.#emit(this.#logs.wake(now))
        if (this.#leadership) this.#dispatch(this.#leadership.wake(now))
        break
      case "saved":
      case "save-failed":
        this.#follow(this.#replica.step(now, input))
        break
      case "hand-over":
        this.#follow(this.#replica.handOver(now))
        break
      case "request":
        this.#take({
          id: `${this.#process}.${input.number}`,
          origin: { type: "client", number: input.number },
          request: input.request,
          deadline: now + limits.requestTimeout_ms,
        })
        break
      case "logs":
        this.#emit(this.#logs.begin(now, input.number, input.selector, input.options))
        break
      case "logs-taken":
        this.#emit(this.#logs.taken(input.number, input.ticket))
        break
      case "logs-stop":
        this.#emit(this.#logs.stop(input.number))
        break
      case "message":
        this.#receive(input.from, input.envelope)
    }
    this.#runCycles()
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  nextWake(): Instant | undefined {
    const wanted = this.#leadership?.nextWake(this.#now)
    const asLeader = wanted === undefined ? undefined : Math.max(wanted, this.#holdUntil)
    const others = earliest(this.#replica.nextWake(), this.#forwarding.nextWake())
    return earliest(earliest(earliest(others, this.#joinAt), this.#logs.nextWake()), asLeader)
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
    return this.#members.nodeIdOf(this.#standing.leader)
  }

  /** Whether it is a voter of the consensus group. */
  get isMember(): boolean {
    return this.#isMember
  }

  #receive(from: Peer, envelope: Envelope): void {
    if (envelope.kind === "agent") {
      if (envelope.message.type === "log-batch") this.#passOn(from, envelope.message)
      else if (this.#leadership) this.#dispatch(this.#leadership.receive(this.#now, from, envelope.message))
      else if (envelope.message.type !== "statuses") this.#redirect(from)
      return
    }
    // All else is among managers only: whatever a worker says here is not heard.
    if (from.role !== "manager") return
    switch (envelope.kind) {
      case "raft": {
        const { member, message } = envelope
        this.#members.hear(member, from.id)
        this.#follow(this.#replica.step(this.#now, { type: "message", from: member, message }))
        break
      }
      case "join":
        this.#members.hear(envelope.member, from.id)
        if (this.#members.move(from.id, envelope.addr)) this.#know(from.id, envelope.addr)
        this.#leadership?.asked(this.#now, from.id, envelope.member, envelope.addr)
        break
      case "forward":
        this.#take({
          id: envelope.id,
          origin: { type: "manager", nodeId: from.id },
          request: envelope.request,
          deadline: this.#now + limits.requestTimeout_ms,
        })
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
    else if (leadership !== undefined) {
      const reaches = (nodeId: string) => leadership.reaches(nodeId)
      const { orders, answer } = relay({ store: this.store, reaches }, from.id, message)
      this.#dispatch(orders)
      if (answer) this.#outputs.push({ type: "send", to: from.id, envelope: { kind: "logs", message: answer } })
    }
  }

  /** What an agent read of its tasks' logs, to the manager where the reader is. */
  #passOn(from: Peer, { id, reader, batch }: LogBatchMessage): void {
    if (!this.#members.known(this.store).some(({ nodeId }) => nodeId === reader)) return
    const message: LogMessage = { type: "batch", id, nodeId: from.id, batch }
    this.#outputs.push({ type: "send", to: reader, envelope: { kind: "logs", message } })
  }

  /** A request to carry out, or to pass on. */
  #take(pending: Pending): void {
    if (this.#leadership?.submit(pending)) return
    if (pending.origin.type === "manager") this.#tell(pending, pending.origin.nodeId, { type: "undone" })
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
          const to = this.#members.nodeIdOf(output.to)
          const envelope: Envelope = { kind: "raft", member: this.raftId, message: output.message }
          if (to) this.#outputs.push({ type: "send", to, envelope })
          break
        }
        case "applied":
          this.#outputs.push({ type: "applied", index: output.index, changes: output.changes })
          if (output.changes.some((change) => change.table === "nodes")) this.#readMembers()
          if (output.changes.some((change) => change.table === "clusters")) this.#readSettings()
          this.#emit(this.#forwarding.applied(output.changes))
          this.#emit(this.#logs.applied(this.#now, output.changes))
          if (output.own) this.#finish(output.own, output.changes)
          this.#startLeading(output.term)
          break
        case "reconfigured":
          this.#lookAtGroup()
          this.#leadership?.reconfigured()
          break
        case "restored":
          this.#readMembers()
          this.#readSettings()
          this.#lookAtGroup()
          this.#outputs.push({ type: "applied", index: output.index, changes: [] })
          this.#emit(this.#forwarding.restored(this.store))
          break
        case "confirmed":
          this.#replyAll(output.context.answers)
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

  /** Those who are in the cluster's objects, in its founding, or were told when this one was admitted. */
  #meet({ founding, remotes = [] }: ManagerOptions): void {
    for (const { nodeId, raftId, managerAddr } of founding?.nodes ?? []) {
      if (raftId === undefined) continue
      this.#members.hear(raftId, nodeId)
      if (managerAddr !== undefined && this.#members.move(nodeId, managerAddr)) this.#know(nodeId, managerAddr)
    }
    for (const { nodeId, addr } of remotes) if (this.#members.move(nodeId, addr)) this.#know(nodeId, addr)
    this.#readMembers()
    this.#readSettings()
  }

  /** How often the log is compacted is the swarm's to say, unless whoever runs this manager says otherwise. */
  #readSettings(): void {
    if (this.#limits !== undefined) return
    for (const { Spec } of this.store.all("clusters")) {
      const { SnapshotInterval = 0, LogEntriesForSlowFollowers = 500 } = Spec.Raft
      if (SnapshotInterval > 0) this.#replica.compactAfter(SnapshotInterval, LogEntriesForSlowFollowers)
    }
  }

  #readMembers(): void {
    for (const { nodeId, addr } of this.#members.read(this.store)) this.#know(nodeId, addr)
  }

  #know(nodeId: string, addr: string): void {
    if (nodeId !== this.nodeId) this.#outputs.push({ type: "know", nodeId, addr })
  }

  /** Sees whether this member has a vote. */
  #lookAtGroup(): void {
    const isVoter = this.status().configuration.voters.includes(this.raftId)
    if (isVoter && !this.#isMember) this.#outputs.push({ type: "member" })
    this.#isMember = isVoter
    if (isVoter) this.#joinAt = undefined
  }

  /** Tells those who may lead that this manager is ready to become a member. */
  #askIn(): void {
    if (this.#joinAt === undefined || this.#now < this.#joinAt) return
    this.#joinAt = this.#now + join_ms
    const envelope: Envelope = { kind: "join", member: this.raftId, addr: this.#addr }
    for (const { nodeId } of this.#members.known(this.store))
      if (nodeId !== this.nodeId) this.#outputs.push({ type: "send", to: nodeId, envelope })
  }

  #roleChanged(): void {
    const { role } = this.#standing
    this.#logs.leaderIs(this.#now, this.leader)
    this.#emit(this.#logs.wake(this.#now))
    if (role === "leader") return
    if (role === "stopped") {
      this.#joinAt = undefined
      this.#outputs.push({ type: "removed" })
    }
    if (this.#leadership) this.#stopLeading(this.#leadership)
    this.#emit(this.#forwarding.leaderIs(this.#now, this.leader))
  }

  /** A cycle is over: its entry is applied. */
  #finish({ answers, leadership }: Waiting, changes: ReadonlyArray<Applied>): void {
    this.#replyAll(answers)
    this.#concluded(leadership, answers, changes)
  }

  #concluded(leadership: Leadership, answers: ReadonlyArray<Answered>, changes: ReadonlyArray<Applied>): void {
    if (leadership === this.#leadership) this.#dispatch(leadership.committed(this.#now, answers, changes))
  }

  /** Leading begins with an entry of the own term applied: then nothing committed before is missing from the store. */
  #startLeading(appliedTerm: Term): void {
    const { role, term } = this.#standing
    if (role !== "leader" || this.#leadership || appliedTerm !== term) return
    const leadership = new Leadership({
      store: this.store,
      random: this.#random.fork(`leadership of term ${term}`),
      now: this.#now,
      founding: this.#founding,
      nodeId: this.nodeId,
    })
    this.#leadership = leadership
    for (const pending of this.#forwarding.lead()) leadership.submit(pending)
  }

  #stopLeading(leadership: Leadership): void {
    this.#leadership = undefined
    this.#dispatch(leadership.farewell(this.leader))
    this.#withdraw(leadership.withdraw())
  }

  /** Requests that had no effect go to the next leader. */
  #withdraw(requests: ReadonlyArray<Pending>): void {
    for (const pending of requests) this.#take(pending)
  }

  #runCycles(): void {
    if (this.#now >= this.#holdUntil) this.#cycles()
    this.#stepGroup()
  }

  #cycles(): void {
    for (let leadership = this.#leadership; leadership; leadership = this.#leadership) {
      const group = () => groupOf(this.status())
      const cycle = leadership.cycle(this.#now, () => this.#managers(), group)
      if (cycle === undefined) return
      const { entry, changes, answers } = cycle
      const waiting = { answers, leadership }
      if (entry === undefined) {
        this.#concluded(leadership, answers, [])
        this.#confirm(waiting)
        continue
      }
      const proposed = this.#replica.propose(this.#now, entry, { changes, context: waiting })
      if (typeof proposed === "string") {
        this.#refuse(leadership, answers, proposed)
        return
      }
      this.#follow(proposed)
    }
  }

  /** What the leader has to do with its group. */
  #stepGroup(): void {
    const step = this.#leadership?.step(this.#now, () => groupOf(this.status()))
    if (step === undefined) return
    if (step.type === "transfer") this.#follow(this.#replica.handOver(this.#now, step.to))
    else this.#follow(this.#replica.change(this.#now, step.change))
  }

  /** Answers that stand without an entry are given once it is sure that nobody else led when they were made. */
  #confirm(waiting: Waiting): void {
    if (waiting.answers.length === 0) return
    const confirming = this.#replica.confirm(this.#now, waiting)
    if (typeof confirming !== "string") this.#follow(confirming)
    else for (const { pending } of waiting.answers) this.#reply(pending, Result.fail(tooBusy))
  }

  /**
   * The cycle cannot be replicated: its entry is too large. Its loops have seen what never happened, so they start afresh, but not at once:
   * what they found in the store may bring them to the same.
   */
  #refuse(leadership: Leadership, answers: ReadonlyArray<Answered>, error: string): void {
    for (const { pending } of answers) this.#reply(pending, Result.fail(rpcError("Unknown", `raft: ${error}`)))
    this.#holdUntil = this.#now + refused_ms
    this.#stopLeading(leadership)
    this.#startLeading(this.#standing.term)
  }

  #managers(): Managers {
    const { reachable } = groupOf(this.status())
    const nodeIds = [...reachable].map((member) => this.#members.nodeIdOf(member) ?? "")
    return { leader: this.nodeId, reachable: new Set([this.nodeId, ...nodeIds]) }
  }

  #replyAll(answers: ReadonlyArray<Answered>): void {
    for (const { pending, answer } of answers) this.#reply(pending, answer)
  }

  #reply(pending: Pending, answer: Answer<unknown>): void {
    const { origin } = pending
    if (origin.type === "client") this.#outputs.push({ type: "reply", number: origin.number, answer })
    else this.#tell(pending, origin.nodeId, { type: "answered", answer })
  }

  #tell({ id }: Pending, manager: string, outcome: Outcome): void {
    this.#outputs.push({ type: "send", to: manager, envelope: { kind: "forwarded", id, outcome } })
  }

  #redirect(agent: Peer): void {
    const managers = this.#members.known(this.store)
    const leader = this.leader
    const known = leader === undefined || leader === this.nodeId ? {} : { leader }
    this.#dispatch([{ to: agent.id, message: { type: "redirect", managers, ...known } }])
  }

  #dispatch(messages: ReadonlyArray<Dispatch>): void {
    for (const { to, message } of messages) {
      this.#outputs.push({ type: "send", to, envelope: { kind: "dispatch", message } })
    }
  }

  #emit(outputs: ReadonlyArray<ManagerOutput>): void {
    for (const output of outputs) this.#outputs.push(output)
  }
}

/** Who votes in a cluster's first moment; nobody, for one that joins. */
const foundersOf = (founding: Founding | undefined): ReadonlyArray<MemberId> =>
  (founding?.nodes ?? []).flatMap(({ raftId }) => (raftId === undefined ? [] : [raftId]))

/** The entry came back inside a snapshot: the store tells what is, not who made it so. */
const outcomeUnknown = rpcError(
  "Unknown",
  "leadership was lost while the request was carried out: look before you repeat it",
)
const tooBusy = rpcError("Unavailable", `more than ${limits.queuedRequests} requests are waiting`)
