import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import { earliest, fromRfc3339, type Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Random } from "../../core/random.ts"
import type { Applied } from "../../core/store/change.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { MemberId } from "../../raft/index.ts"
import { ControlPlane } from "../../scheduler/control-plane.ts"
import type { Peer } from "../peer.ts"
import type { SessionMessage } from "../protocol.ts"
import { bootstrap } from "./bootstrap.ts"
import { answer } from "./control/answer.ts"
import type { ControlContext, Managers } from "./control/context.ts"
import type { Dispatch } from "./dispatcher/dispatch.ts"
import { Dispatcher } from "./dispatcher/dispatcher.ts"
import { type CycleEntry, entriesOf } from "./entries.ts"
import type { Founding } from "./founding.ts"
import type { Group } from "./group.ts"
import type { Pending } from "./requests.ts"
import { RoleManager, type Step } from "./roles.ts"
import { finishRootRotation } from "./root-rotation.ts"

/** A request and what it will be answered once its cycle is committed. */
export interface Answered {
  readonly pending: Pending
  readonly answer: Answer<unknown>
}

/** What a cycle wants: nothing replicated (the answers stand at once), or entries first. */
export interface Cycle {
  readonly answers: ReadonlyArray<Answered>
  /** None when nothing was written; nearly always one (see `entriesOf`). They are proposed together. */
  readonly entries: ReadonlyArray<CycleEntry>
}

export interface LeadershipOptions {
  readonly store: ClusterStore
  readonly random: Random
  readonly now: Instant
  /** What the cluster begins with, where this is its first leadership. */
  readonly founding: Founding | undefined
  /** This manager's own node. */
  readonly nodeId: string
}

/**
 * What a manager does while it leads: it gathers requests and reports, and turns them with the control loops into one entry at a time.
 * It begins when the leader has applied everything committed before it, ends with the leadership, and is then thrown away: all that it
 * remembers is either in the store or no longer true.
 */
export class Leadership {
  readonly #store: ClusterStore
  readonly #random: Random
  readonly #plane: ControlPlane
  readonly #dispatcher: Dispatcher
  readonly #roles = new RoleManager()
  readonly #founding: Founding | undefined
  #queue: Array<Pending> = []
  /** Requests that are queued or being replicated, so that a repeated one is not done twice. */
  readonly #known = new Set<string>()
  #first = true
  #inFlight = false

  constructor(options: LeadershipOptions) {
    this.#store = options.store
    this.#random = options.random
    this.#founding = options.founding
    this.#plane = new ControlPlane({ random: options.random.fork("control plane") })
    this.#dispatcher = new Dispatcher({
      random: options.random.fork("dispatcher"),
      now: options.now,
      store: options.store,
      nodeId: options.nodeId,
    })
  }

  /** False when the queue is full: the request was not taken. */
  submit(pending: Pending): boolean {
    if (this.#known.has(pending.id)) return true
    if (this.#queue.length >= limits.queuedRequests) return false
    this.#known.add(pending.id)
    this.#queue.push(pending)
    return true
  }

  /** Requests that wait for the next cycle. */
  get queued(): number {
    return this.#queue.length
  }

  /** Whether the agent of a node can be told something. */
  readonly reaches = (nodeId: string): boolean => this.#dispatcher.hasSession(nodeId)

  receive(now: Instant, from: Peer, message: SessionMessage): ReadonlyArray<Dispatch> {
    return this.#dispatcher.receive(now, from, message)
  }

  linkDown(now: Instant, nodeId: string): void {
    this.#dispatcher.linkDown(now, nodeId)
  }

  /** A manager asks to become a member of the consensus group. */
  asked(now: Instant, nodeId: string, member: MemberId, addr: string): void {
    this.#roles.asked(now, nodeId, member, addr)
  }

  /** A change of the consensus group is committed. */
  reconfigured(): void {
    this.#roles.groupChanged()
  }

  /** What is to be done with the consensus group now, if anything. */
  step(now: Instant, group: () => Group): Step | undefined {
    return this.#roles.next(now, this.#store, group())
  }

  /** Runs a cycle if there is a reason for one and none is being replicated. */
  cycle(now: Instant, managers: () => Managers, group: () => Group): Cycle | undefined {
    if (this.#inFlight || !this.#wantsCycle(now)) return undefined
    const tx = this.#store.begin(now)
    if (this.#first) {
      if (this.#founding) bootstrap(tx, this.#founding, this.#random)
      this.#dispatcher.begin(tx, now)
      this.#first = false
    }
    const context = { tx, now, random: this.#random, managers: managers() }
    const answers = this.#queue.map((pending): Answered => ({ pending, answer: carryOut(context, pending) }))
    this.#queue = []
    this.#dispatcher.write(tx, now)
    if (this.#roles.wantsCycle() || tx.steps.length > 0) this.#roles.write(tx, group())
    if (tx.steps.length > 0) finishRootRotation(tx)
    this.#plane.turn(now, tx)
    if (tx.steps.length > 0) forgetOldAnswers(tx, now)
    const changes = tx.changeSet()
    this.#inFlight = changes.length > 0
    return { answers, entries: entriesOf(this.#store, changes) }
  }

  /** What time brings the agents. */
  wake(now: Instant): ReadonlyArray<Dispatch> {
    return this.#dispatcher.tick(now)
  }

  /** The cycle's entries are all committed and applied, or it had none. */
  committed(now: Instant, answers: ReadonlyArray<Answered>, changes: ReadonlyArray<Applied>): ReadonlyArray<Dispatch> {
    this.#inFlight = false
    this.#forget(answers)
    this.#roles.committed(changes)
    return this.#dispatcher.committed(now, changes, this.#store)
  }

  /** Requests that no cycle has touched yet: certain to have had no effect. */
  withdraw(): ReadonlyArray<Pending> {
    const queued = this.#queue
    this.#queue = []
    return queued
  }

  /** What the agents are told when this manager stops leading. */
  farewell(leader: string | undefined): ReadonlyArray<Dispatch> {
    return this.#dispatcher.stepDown(leader)
  }

  nextWake(now: Instant): Instant | undefined {
    if (this.#inFlight) return this.#dispatcher.nextWake()
    if (this.#wantsCycle(now)) return now
    return earliest(earliest(this.#dispatcher.nextWake(), this.#plane.nextWake()), this.#roles.nextWake())
  }

  #wantsCycle(now: Instant): boolean {
    const due = this.#plane.nextWake()
    return (
      this.#first ||
      this.#queue.length > 0 ||
      this.#dispatcher.wantsCycle(now) ||
      this.#roles.wantsCycle() ||
      this.#plane.pending() ||
      (due !== undefined && due <= now)
    )
  }

  #forget(answers: ReadonlyArray<Answered>): void {
    for (const { pending } of answers) this.#known.delete(pending.id)
  }
}

/** Carries out a request, or finds that it was carried out under an earlier leader. One that is refused leaves no write. */
function carryOut(context: ControlContext, { id, origin, request }: Pending): Answer<unknown> {
  const { tx } = context
  const before = tx.get("answers", id)
  if (before) return Result.succeed(before.Body)
  const savepoint = tx.savepoint()
  const result = answer(context, request)
  if (Result.isFailure(result)) tx.rollback(savepoint)
  else if (origin.type === "manager" && tx.steps.length > savepoint.steps) {
    tx.create("answers", { ID: id, Body: result.success })
  }
  return result
}

/** Answers stand in the order of their making. */
function forgetOldAnswers(tx: Transaction, now: Instant): void {
  for (const { ID, CreatedAt } of tx.all("answers")) {
    if (now - fromRfc3339(CreatedAt) < limits.answerKept_ms) return
    tx.delete("answers", ID)
  }
}
