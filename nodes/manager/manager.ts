import * as Result from "effect/Result"
import { type Answer, rpcError } from "../../core/errors.ts"
import { newId } from "../../core/id.ts"
import { earliest, type Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Machine, Wake } from "../../core/machine.ts"
import type { Random } from "../../core/random.ts"
import { type Applied, type ChangeSet, decodeChangeSet } from "../../core/store/change.ts"
import { ClusterStore } from "../../core/store/store.ts"
import {
  type Entry,
  type MemberId,
  none,
  Proposals,
  Raft,
  type RaftOutput,
  type RaftStatus,
  type Stored,
} from "../../raft/index.ts"
import type { Envelope, Outcome } from "../envelope.ts"
import type { Peer } from "../peer.ts"
import type { Managers } from "./control/context.ts"
import type { Dispatch } from "./dispatcher/dispatcher.ts"
import { Forwarding } from "./forwarding.ts"
import type { ManagerInput, ManagerOutput, Member } from "./io.ts"
import { type Answered, Leadership } from "./leadership.ts"
import type { Pending } from "./requests.ts"

export interface ManagerOptions {
  readonly nodeId: string
  readonly members: ReadonlyArray<Member>
  readonly random: Random
  readonly now: Instant
  /** What its disk gave back: everything after a restart, nothing at first. */
  readonly stored: Stored
}

/** What waits for an entry to be committed: the answers of its cycle, and its changes, so that the leader need not decode them. */
interface InFlight {
  readonly answers: ReadonlyArray<Answered>
  readonly changes: ChangeSet
  readonly leadership: Leadership
}

/** How long to wait after a cycle that could not be replicated. */
const refused_ms = 1_000

type Standing = Pick<Extract<ManagerOutput, { readonly type: "role" }>, "role" | "term" | "leader">

/** How long a manager counts as reachable after it was last heard of: twice the longest election timeout. */
const reachable_ms = 2_400

/**
 * A manager: a member of the consensus group with the cluster's objects, which it applies from the log. While it leads it decides what
 * happens to them; otherwise it passes its clients' requests on to the one that does.
 */
export class Manager implements Machine<ManagerInput, ManagerOutput> {
  readonly nodeId: string
  readonly store = new ClusterStore()
  readonly #members: ReadonlyArray<Member>
  readonly #random: Random
  readonly #raft: Raft
  readonly #raftId: MemberId
  readonly #proposals = new Proposals<InFlight>()
  readonly #forwarding: Forwarding
  readonly #heard = new Map<string, Instant>()
  /** Names this process among all that ever ran, in the IDs of its requests. */
  readonly #process: string
  #standing: Standing = { role: "follower", term: 0, leader: none }
  #leadership: Leadership | undefined
  /** No cycle before this. */
  #holdUntil = Number.NEGATIVE_INFINITY
  #now: Instant
  #outputs: Array<ManagerOutput> = []

  constructor(options: ManagerOptions) {
    this.nodeId = options.nodeId
    this.#members = options.members
    this.#random = options.random
    this.#now = options.now
    this.#forwarding = new Forwarding(options.now)
    const own = options.members.find((member) => member.nodeId === options.nodeId)
    if (own === undefined) throw new Error(`${options.nodeId} is not among the members`)
    this.#process = newId(options.random)
    this.#raftId = own.raftId
    const raftRandom = options.random.fork("raft")
    this.#raft = new Raft({
      id: own.raftId,
      voters: options.members.map((member) => member.raftId),
      random: () => raftRandom.next(),
      now: options.now,
      restored: options.stored,
    })
  }

  step(now: Instant, input: ManagerInput | Wake): ReadonlyArray<ManagerOutput> {
    this.#now = now
    switch (input.type) {
      case "wake":
        this.#raftDid(this.#raft.step(now, input))
        this.#emit(this.#forwarding.wake(now))
        if (this.#leadership) this.#dispatch(this.#leadership.wake(now))
        break
      case "saved":
        this.#raftDid(this.#raft.step(now, input))
        break
      case "request":
        this.#take({
          id: `${this.#process}.${input.number}`,
          origin: { type: "client", number: input.number },
          request: input.request,
          deadline: now + limits.requestTimeout_ms,
        })
        break
      case "message":
        this.#heard.set(input.from.id, now)
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
    return earliest(earliest(this.#raft.nextWake(), this.#forwarding.nextWake()), asLeader)
  }

  status(): RaftStatus {
    return this.#raft.status()
  }

  /** Role, term and leader, as Raft last told. */
  get standing(): Standing {
    return this.#standing
  }

  /** The leader's node ID as far as this manager knows. */
  get leader(): string | undefined {
    return this.#nodeIdOf(this.#standing.leader)
  }

  #receive(from: Peer, envelope: Envelope): void {
    switch (envelope.kind) {
      case "raft":
        // Consensus is among managers only: whatever a worker says here is not heard.
        if (from.role === "manager") {
          this.#raftDid(
            this.#raft.step(this.#now, { type: "message", from: envelope.member, message: envelope.message }),
          )
        }
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
      case "agent":
        if (this.#leadership) this.#dispatch(this.#leadership.receive(this.#now, from, envelope.message))
        else if (envelope.message.type !== "statuses") this.#redirect(from)
    }
  }

  /** A request to carry out, or to pass on. */
  #take(pending: Pending): void {
    if (this.#leadership?.submit(pending)) return
    if (pending.origin.type === "manager") this.#tell(pending, pending.origin.nodeId, { type: "undone" })
    else if (this.#leadership) this.#reply(pending, Result.fail(tooBusy))
    else this.#emit(this.#forwarding.take(this.#now, pending.origin.number, pending))
  }

  #raftDid(outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) {
      switch (output.type) {
        case "save":
          this.#outputs.push(output)
          break
        case "send": {
          const to = this.#nodeIdOf(output.to)
          const envelope: Envelope = { kind: "raft", member: this.#raftId, message: output.message }
          if (to) this.#outputs.push({ type: "send", to, envelope })
          break
        }
        case "committed":
          this.#apply(output.entries)
          break
        case "role":
          this.#outputs.push(output)
          this.#standing = output
          this.#roleChanged()
      }
    }
  }

  #roleChanged(): void {
    const { role } = this.#standing
    if (role === "leader") return
    if (this.#leadership) this.#stopLeading(this.#leadership)
    this.#emit(this.#forwarding.leaderIs(this.#now, this.leader))
  }

  #apply(entries: ReadonlyArray<Entry>): void {
    const settled = this.#proposals.committed(entries)
    const own = new Map(settled.filter((s) => s.outcome === "committed").map((s) => [s.index, s.context]))
    for (const entry of entries) {
      const mine = own.get(entry.index)
      const changes =
        entry.kind !== "command" || entry.data.length === 0
          ? []
          : this.store.apply(mine?.changes ?? decodeChangeSet(entry.data), entry.index)
      this.#outputs.push({ type: "applied", index: entry.index, changes })
      this.#emit(this.#forwarding.applied(changes))
      if (mine) this.#finish(mine, changes)
    }
    for (const lost of settled) if (lost.outcome === "lost") this.#withdraw(lost.context.answers.map((a) => a.pending))
    this.#startLeading(entries)
  }

  #finish(mine: InFlight, changes: ReadonlyArray<Applied>): void {
    for (const { pending, answer } of mine.answers) this.#reply(pending, answer)
    if (mine.leadership === this.#leadership)
      this.#dispatch(mine.leadership.committed(this.#now, mine.answers, changes))
  }

  /** Leading begins with an entry of the own term applied: then nothing committed before is missing from the store. */
  #startLeading(entries: ReadonlyArray<Entry>): void {
    const { role, term } = this.#standing
    if (role !== "leader" || this.#leadership || entries[entries.length - 1]?.term !== term) return
    const raftIds = new Map(this.#members.map((member) => [member.nodeId, member.raftId]))
    const leadership = new Leadership({
      store: this.store,
      random: this.#random.fork(`leadership of term ${term}`),
      now: this.#now,
      raftIdOf: (nodeId) => raftIds.get(nodeId),
      managerIds: this.#members.map((member) => member.nodeId),
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
    if (this.#now < this.#holdUntil) return
    for (let leadership = this.#leadership; leadership; leadership = this.#leadership) {
      const cycle = leadership.cycle(this.#now, () => this.#managers())
      if (cycle === undefined) return
      if (cycle.entry === undefined) {
        this.#finish({ ...cycle, leadership }, [])
        continue
      }
      const proposed = this.#raft.propose(this.#now, cycle.entry)
      if (!proposed.accepted) {
        this.#refuse(leadership, cycle.answers, proposed.error)
        return
      }
      const { changes, answers } = cycle
      this.#proposals.add(proposed, { changes, answers, leadership })
      this.#raftDid(proposed.outputs)
    }
  }

  /**
   * The cycle cannot be replicated: its entry is too large. Its loops have seen what never happened, so they start afresh, but not at once:
   * what they found in the store may bring them to the same.
   */
  #refuse(leadership: Leadership, answers: ReadonlyArray<Answered>, error: string): void {
    for (const { pending } of answers) this.#reply(pending, Result.fail(rpcError("Unknown", `raft: ${error}`)))
    this.#holdUntil = this.#now + refused_ms
    this.#stopLeading(leadership)
    this.#startLeading([{ index: 0, term: this.#standing.term, kind: "command", data: nothing }])
  }

  #managers(): Managers {
    const reachable = new Set([this.nodeId])
    for (const { nodeId } of this.#members) {
      if (this.#now - (this.#heard.get(nodeId) ?? Number.NEGATIVE_INFINITY) <= reachable_ms) reachable.add(nodeId)
    }
    return { leader: this.nodeId, reachable }
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
    const managers = this.#members.map((member) => member.nodeId)
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

  #nodeIdOf(raftId: number): string | undefined {
    if (raftId === none) return undefined
    return this.#members.find((member) => member.raftId === raftId)?.nodeId
  }
}

const nothing = new Uint8Array()
const tooBusy = rpcError("Unavailable", `more than ${limits.queuedRequests} requests are waiting`)
