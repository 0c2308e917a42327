import * as Result from "effect/Result"
import { type Answer, deadlineExceeded, noLeader } from "../../core/errors.ts"
import { earliest, type Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Reader } from "../../core/store/reader.ts"
import type { Outcome } from "../envelope.ts"
import type { ManagerOutput } from "./io.ts"
import type { Pending } from "./requests.ts"

/** How long a forwarded request waits for an answer before it is sent again. */
const resend_ms = 2_000

/** How long to leave a leader alone that could not take a request. */
const busy_ms = 100

interface Waiting {
  readonly number: number
  readonly pending: Pending
  resendAt: Instant | undefined
}

/**
 * The requests of this manager's clients while another manager leads. They are sent to the leader, and to the next one, until one answers:
 * none is done twice, because an answer is committed along with what was done (model AnswerRecord). Without a leader they wait for one, but
 * not long.
 */
export class Forwarding {
  readonly #waiting = new Map<string, Waiting>()
  #leader: string | undefined
  #leaderlessSince: Instant | undefined

  constructor(now: Instant) {
    this.#leaderlessSince = now
  }

  /** Another manager leads, or none (undefined). */
  leaderIs(now: Instant, leader: string | undefined): ReadonlyArray<ManagerOutput> {
    this.#leaderlessSince = leader === undefined ? (this.#leaderlessSince ?? now) : undefined
    if (leader === this.#leader) return []
    this.#leader = leader
    if (leader === undefined) return []
    return [...this.#waiting.values()].map((waiting) => this.#send(now, waiting, leader))
  }

  /** This manager leads: it carries out itself what waits here. */
  lead(): ReadonlyArray<Pending> {
    this.#leader = undefined
    this.#leaderlessSince = undefined
    const requests = [...this.#waiting.values()].map((waiting) => waiting.pending)
    this.#waiting.clear()
    return requests
  }

  take(now: Instant, number: number, pending: Pending): ReadonlyArray<ManagerOutput> {
    const waiting: Waiting = { number, pending, resendAt: undefined }
    if (this.#hasNoLeader(now)) return [this.#answer(waiting, Result.fail(noLeader))]
    this.#waiting.set(pending.id, waiting)
    return this.#leader === undefined ? [] : [this.#send(now, waiting, this.#leader)]
  }

  outcome(now: Instant, from: string, id: string, outcome: Outcome): ReadonlyArray<ManagerOutput> {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return []
    if (outcome.type === "answered") return [this.#answer(waiting, outcome.answer)]
    if (from === this.#leader) waiting.resendAt = now + busy_ms
    return []
  }

  /** An entry was applied here: the answers to requests of this manager stand in it, whoever led when it was made. */
  applied(changes: ReadonlyArray<Applied>): ReadonlyArray<ManagerOutput> {
    if (this.#waiting.size === 0) return []
    const outputs: Array<ManagerOutput> = []
    for (const change of changes) {
      if (change.table !== "answers" || change.after === undefined) continue
      const waiting = this.#waiting.get(change.id)
      if (waiting) outputs.push(this.#answer(waiting, Result.succeed(change.after.Body)))
    }
    return outputs
  }

  /** The store was replaced whole: answers to requests of this manager may have come with it. */
  restored(store: Reader): ReadonlyArray<ManagerOutput> {
    return [...this.#waiting.values()].flatMap((waiting) => {
      const record = store.get("answers", waiting.pending.id)
      return record ? [this.#answer(waiting, Result.succeed(record.Body))] : []
    })
  }

  wake(now: Instant): ReadonlyArray<ManagerOutput> {
    const outputs: Array<ManagerOutput> = []
    for (const waiting of [...this.#waiting.values()]) {
      if (now >= waiting.pending.deadline) outputs.push(this.#answer(waiting, Result.fail(deadlineExceeded)))
      else if (this.#hasNoLeader(now)) outputs.push(this.#answer(waiting, Result.fail(noLeader)))
      else if (this.#leader !== undefined && now >= (waiting.resendAt ?? now))
        outputs.push(this.#send(now, waiting, this.#leader))
    }
    return outputs
  }

  nextWake(): Instant | undefined {
    let next: Instant | undefined
    for (const { pending, resendAt } of this.#waiting.values()) {
      next = earliest(next, pending.deadline)
      if (this.#leader !== undefined) next = earliest(next, resendAt)
      if (this.#leaderlessSince !== undefined)
        next = earliest(next, this.#leaderlessSince + limits.leaderlessPatience_ms)
    }
    return next
  }

  #hasNoLeader(now: Instant): boolean {
    return this.#leaderlessSince !== undefined && now - this.#leaderlessSince >= limits.leaderlessPatience_ms
  }

  #send(now: Instant, waiting: Waiting, leader: string): ManagerOutput {
    waiting.resendAt = now + resend_ms
    const { id, request } = waiting.pending
    return { type: "send", to: leader, envelope: { kind: "forward", id, request } }
  }

  #answer({ number, pending }: Waiting, answer: Answer<unknown>): ManagerOutput {
    this.#waiting.delete(pending.id)
    return { type: "reply", number, answer }
  }
}
