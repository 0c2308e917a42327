import * as Result from "effect/Result"
import { rpcError } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import type { Random } from "../../core/random.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Term } from "../../raft/index.ts"
import { toAgent } from "./dispatcher/dispatch.ts"
import type { Forwarding } from "./forwarding.ts"
import type { Founding } from "./founding.ts"
import { groupOf } from "./group.ts"
import type { ManagerOutput, Standing } from "./io.ts"
import { type Answered, type Cycle, Leadership } from "./leadership.ts"
import type { Membership } from "./membership.ts"
import type { Replica, ReplicaOutput } from "./replica.ts"
import { type Pending, replyTo, tooBusy } from "./requests.ts"

/** A cycle's answers, which wait for its first entry to be applied or, without one, for the certainty that this manager still led. */
export interface Waiting {
  readonly answers: ReadonlyArray<Answered>
  readonly leadership: Leadership
  /** With the last entry of a cycle: all its answers. */
  readonly concluding?: ReadonlyArray<Answered>
  /** What the cycle's entries have done so far. */
  readonly applied: Array<Applied>
}

/** How often a leader that hands over looks whether it still leads, and how long it waits after a cycle that could not be replicated. */
const transfer_ms = 20
const refused_ms = 1_000

export interface LeadingOptions {
  readonly nodeId: string
  readonly random: Random
  readonly founding: Founding | undefined
  readonly replica: Replica<Waiting>
  readonly membership: Membership
  readonly forwarding: Forwarding
  /** Role, term and leader, as Raft last told. */
  readonly standing: () => Standing
  /** Goes by what the replica says. */
  readonly follow: (outputs: ReadonlyArray<ReplicaOutput<Waiting>>) => void
  readonly emit: (outputs: ReadonlyArray<ManagerOutput>) => void
  /** Requests that had no effect are there to be taken again. */
  readonly withdraw: (requests: ReadonlyArray<Pending>) => void
}

/**
 * When a manager leads, and what it does then with what its leadership decides: the cycles' entries go to the group, and their answers out
 * once they stand.
 */
export class Leading {
  readonly #options: LeadingOptions
  #leadership: Leadership | undefined
  /** No cycle before this. */
  #holdUntil = Number.NEGATIVE_INFINITY

  constructor(options: LeadingOptions) {
    this.#options = options
  }

  /** While it leads. */
  get leadership(): Leadership | undefined {
    return this.#leadership
  }

  nextWake(now: Instant): Instant | undefined {
    const wanted = this.#leadership?.nextWake(now)
    return wanted === undefined ? undefined : Math.max(wanted, this.#holdUntil)
  }

  /** Leading begins with an entry of the own term applied: then nothing committed before is missing from the store. */
  begin(now: Instant, appliedTerm: Term): void {
    const { founding, forwarding, nodeId, random, replica, standing } = this.#options
    const { role, term } = standing()
    if (role !== "leader" || this.#leadership || appliedTerm !== term) return
    const leadership = new Leadership({
      store: replica.store,
      random: random.fork(`leadership of term ${term}`),
      now,
      founding,
      nodeId,
    })
    this.#leadership = leadership
    for (const pending of forwarding.lead()) leadership.submit(pending)
  }

  /** Leading ends: the agents are told who leads now, as far as it is known. */
  end(): void {
    const leadership = this.#leadership
    if (leadership === undefined) return
    const { emit, membership, standing, withdraw } = this.#options
    this.#leadership = undefined
    emit(leadership.farewell(membership.nodeIdOf(standing().leader)).map(toAgent))
    withdraw(leadership.withdraw())
  }

  /** Runs the cycles that there is reason for, as far as they need not wait. */
  cycles(now: Instant): void {
    const { follow, membership, replica } = this.#options
    // What is asked during a hand-over waits: for the next leader, or for this one if it stays.
    if (now < this.#holdUntil) return
    if (this.#leadership && replica.isTransferring) {
      this.#holdUntil = now + transfer_ms
      return
    }
    for (let leadership = this.#leadership; leadership; leadership = this.#leadership) {
      const group = () => groupOf(replica.status())
      const cycle = leadership.cycle(now, () => membership.reachable(group()), group)
      if (cycle === undefined) return
      if (cycle.entries.length === 0) {
        this.#concluded(now, leadership, cycle.answers, [])
        this.#confirm(now, { answers: cycle.answers, leadership, applied: [] })
        continue
      }
      const proposed = replica.propose(now, proposalsOf(leadership, cycle))
      if (typeof proposed === "string") {
        this.#refuse(now, cycle.answers, proposed)
        return
      }
      follow(proposed)
    }
  }

  /** What the leader has to do with its group. */
  stepGroup(now: Instant): void {
    const { follow, replica } = this.#options
    const step = this.#leadership?.step(now, () => groupOf(replica.status()))
    if (step === undefined) return
    if (step.type === "transfer") follow(replica.handOver(now, step.to))
    else follow(replica.change(now, step.change))
  }

  /** An entry of a cycle is applied: with the last one the cycle is over. */
  applied(now: Instant, waiting: Waiting, changes: ReadonlyArray<Applied>): void {
    const { answers, leadership, concluding, applied } = waiting
    this.reply(answers)
    for (const change of changes) applied.push(change)
    if (concluding) this.#concluded(now, leadership, concluding, applied)
  }

  /** Gives answers that stand. */
  reply(answers: ReadonlyArray<Answered>): void {
    this.#options.emit(answers.map(({ pending, answer }) => replyTo(pending, answer)))
  }

  #concluded(
    now: Instant,
    leadership: Leadership,
    answers: ReadonlyArray<Answered>,
    changes: ReadonlyArray<Applied>,
  ): void {
    if (leadership !== this.#leadership) return
    this.#options.emit(leadership.committed(now, answers, changes).map(toAgent))
  }

  /** Answers that stand without an entry are given once it is sure that nobody else led when they were made. */
  #confirm(now: Instant, waiting: Waiting): void {
    if (waiting.answers.length === 0) return
    const { emit, follow, replica } = this.#options
    const confirming = replica.confirm(now, waiting)
    if (typeof confirming !== "string") follow(confirming)
    else emit(waiting.answers.map(({ pending }) => replyTo(pending, Result.fail(tooBusy))))
  }

  /**
   * The cycle cannot be replicated: its entry is too large. Its loops have seen what never happened, so they start afresh, but not at once:
   * what they found in the store may bring them to the same.
   */
  #refuse(now: Instant, answers: ReadonlyArray<Answered>, error: string): void {
    const { emit, standing } = this.#options
    emit(answers.map(({ pending }) => replyTo(pending, Result.fail(rpcError("Unknown", `raft: ${error}`)))))
    this.#holdUntil = now + refused_ms
    this.end()
    this.begin(now, standing().term)
  }
}

/** A cycle's entries: the first one answers the requests, the last one ends the cycle. */
function proposalsOf(leadership: Leadership, { entries, answers }: Cycle) {
  const applied: Array<Applied> = []
  return entries.map(({ changes, data }, i) => {
    const concluding = i === entries.length - 1 ? { concluding: answers } : {}
    return { changes, data, context: { answers: i === 0 ? answers : [], leadership, applied, ...concluding } }
  })
}
