import { earliest, type Instant } from "../../../core/instant.ts"
import { limits } from "../../../core/limits.ts"
import type { Applied } from "../../../core/store/change.ts"
import type { LogMessage, LogOptions, LogSelector } from "../../log-protocol.ts"
import type { LogInput, ManagerOutput } from "../io.ts"
import { Reading } from "./reading.ts"

/** Who reads logs at this manager's API. */
export class LogReadings {
  /** Unique among all processes that ever ran. */
  readonly #process: string
  readonly #byNumber = new Map<number, Reading>()
  #leader: string | undefined

  constructor(process: string) {
    this.#process = process
  }

  /** Another manager leads, or this one (by its own ID), or none. */
  leaderIs(now: Instant, leader: string | undefined): void {
    if (leader === this.#leader) return
    this.#leader = leader
    for (const reading of this.#byNumber.values()) reading.renew(now)
  }

  /** What a client here wants: to read, to go on, to end. */
  input(now: Instant, input: LogInput): ReadonlyArray<ManagerOutput> {
    if (input.type === "logs") return this.begin(now, input.number, input.selector, input.options)
    return input.type === "logs-taken" ? this.taken(input.number, input.ticket) : this.stop(input.number)
  }

  begin(now: Instant, number: number, selector: LogSelector, options: LogOptions): ReadonlyArray<ManagerOutput> {
    if (this.#byNumber.size >= limits.logReaders) {
      const error = `more than ${limits.logReaders} clients read logs here`
      return [{ type: "logs", number, chunk: { type: "end", error } }]
    }
    this.#byNumber.set(number, new Reading(`${this.#process}.${number}`, selector, options, now))
    return this.wake(now)
  }

  taken(number: number, ticket: string): ReadonlyArray<ManagerOutput> {
    this.#byNumber.get(number)?.taken(ticket)
    return this.#flush()
  }

  stop(number: number): ReadonlyArray<ManagerOutput> {
    this.#byNumber.get(number)?.stop()
    return this.#flush()
  }

  receive(now: Instant, message: LogMessage): ReadonlyArray<ManagerOutput> {
    for (const reading of this.#byNumber.values()) {
      if (reading.id !== message.id) continue
      if (message.type === "members") reading.members(now, message)
      else if (message.type === "batch") reading.batch(now, message.nodeId, message.batch)
    }
    return this.#flush()
  }

  /** An entry was applied here: new tasks of a service that is read join in at once. */
  applied(now: Instant, changes: ReadonlyArray<Applied>): ReadonlyArray<ManagerOutput> {
    if (this.#byNumber.size === 0) return []
    for (const change of changes) {
      if (change.table !== "tasks") continue
      const { before, after } = change
      const task = after ?? before
      const moved = before?.NodeID !== after?.NodeID || after === undefined
      if (task === undefined || !moved) continue
      for (const reading of this.#byNumber.values()) if (reading.concerns(task)) reading.renew(now)
    }
    return this.wake(now)
  }

  wake(now: Instant): ReadonlyArray<ManagerOutput> {
    for (const reading of this.#byNumber.values()) reading.wake(now)
    return this.#flush()
  }

  nextWake(): Instant | undefined {
    let next: Instant | undefined
    for (const reading of this.#byNumber.values()) next = earliest(next, reading.nextWake())
    return next
  }

  #flush(): ReadonlyArray<ManagerOutput> {
    const outputs: Array<ManagerOutput> = []
    for (const [number, reading] of [...this.#byNumber]) {
      for (const message of reading.messages()) {
        if (this.#leader !== undefined) {
          outputs.push({ type: "send", to: this.#leader, envelope: { kind: "logs", message } })
        }
      }
      for (const chunk of reading.chunks()) outputs.push({ type: "logs", number, chunk })
      if (reading.isOver) this.#byNumber.delete(number)
    }
    return outputs
  }
}
