import { earliest, type Instant, type Millis } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { EngineCommand } from "../engine/engine.ts"
import type { LogEntry } from "../log-entry.ts"
import type { LogAck, LogBatch, LogBatchMessage, LogOptions, LogOrder } from "../log-protocol.ts"
import { LogSource } from "./log-source.ts"

/** A subscription that is not repeated for so long has no reader any more. */
const lease_ms: Millis = 10_000
const resend_ms: Millis = 1_000

interface Subscription {
  readonly id: string
  reader: string
  readonly options: LogOptions
  readonly sources: Map<string, LogSource>
  expires: Instant
  batch: LogBatch | undefined
  resendAt: Instant | undefined
}

/** What the publisher needs of the agent. */
export interface LogSurroundings {
  /** A name for this agent's present life among all that ever were. */
  readonly newLife: () => string
  /** Gives the engine a command; its number. */
  readonly command: (command: EngineCommand) => number
  /** The container of a task; "none" when it has ended without one; undefined while it may still get one. */
  readonly containerOf: (taskId: string) => string | "none" | undefined
}

/** The agent's end of the subscriptions to logs (nodes/log-protocol.ts). */
export class LogPublisher {
  readonly #around: LogSurroundings
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #byCommand = new Map<number, LogSource>()
  #batches = 0
  #life: string | undefined

  constructor(around: LogSurroundings) {
    this.#around = around
  }

  receive(now: Instant, order: LogOrder): void {
    if (order.type === "logs") this.#order(now, order)
    else if (order.type === "logs-end") this.#end(order.id)
    else this.#acked(order.id, order.ack)
  }

  entries(command: number, entries: ReadonlyArray<LogEntry>): void {
    const source = this.#byCommand.get(command)
    source?.take(entries)
  }

  /** The engine is done with a command, or has refused it. True when it was one of these. */
  done(command: number): boolean {
    const source = this.#byCommand.get(command)
    if (source === undefined) return false
    this.#byCommand.delete(command)
    if (source.command === command) source.end()
    return true
  }

  /** What is to be sent now. */
  take(now: Instant): ReadonlyArray<LogBatchMessage> {
    const messages: Array<LogBatchMessage> = []
    for (const subscription of [...this.#subscriptions.values()]) {
      if (now >= subscription.expires) {
        this.#end(subscription.id)
        continue
      }
      for (const source of subscription.sources.values()) this.#feed(source)
      const batch = this.#due(now, subscription)
      if (batch) messages.push({ type: "log-batch", id: subscription.id, reader: subscription.reader, batch })
    }
    return messages
  }

  nextWake(): Instant | undefined {
    let next: Instant | undefined
    for (const { expires, resendAt } of this.#subscriptions.values()) next = earliest(earliest(next, expires), resendAt)
    return next
  }

  #order(now: Instant, order: Extract<LogOrder, { readonly type: "logs" }>): void {
    const { id, reader, tasks, options } = order
    let subscription = this.#subscriptions.get(id)
    if (subscription === undefined) {
      if (this.#subscriptions.size >= limits.logReaders) return
      const fresh = { id, reader, options, sources: new Map<string, LogSource>(), expires: 0 }
      subscription = { ...fresh, batch: undefined, resendAt: undefined }
      this.#subscriptions.set(id, subscription)
    }
    subscription.expires = now + lease_ms
    subscription.reader = reader
    for (const { taskId, read } of tasks) {
      if (!subscription.sources.has(taskId)) {
        subscription.sources.set(taskId, new LogSource(taskId, subscription.options, read))
      }
    }
  }

  /** Reads on where there is room, and stops reading where there is none. */
  #feed(source: LogSource): void {
    if (source.bytes >= limits.gatheredLogBytes) {
      this.#stop(source.command)
      source.command = undefined
      return
    }
    if (!source.wantsEngine || source.bytes > 0) return
    const container = this.#around.containerOf(source.taskId)
    if (container === undefined && source.follow) return
    if (container === undefined || container === "none") {
      source.end()
      return
    }
    const number = this.#around.command(source.open(container))
    source.command = number
    this.#byCommand.set(number, source)
  }

  #due(now: Instant, subscription: Subscription): LogBatch | undefined {
    if (subscription.batch === undefined) {
      let room: number = limits.logBatchBytes
      const parts = []
      for (const source of subscription.sources.values()) {
        const part = room > 0 ? source.part(room) : undefined
        if (part === undefined) continue
        parts.push(part)
        room -= part.entries.reduce((sum, entry) => sum + entry.data.length, 0)
      }
      if (parts.length === 0) return undefined
      this.#life ??= this.#around.newLife()
      subscription.batch = { batchId: `${this.#life}.${++this.#batches}`, parts }
    } else if (subscription.resendAt !== undefined && now < subscription.resendAt) return undefined
    subscription.resendAt = now + resend_ms
    return subscription.batch
  }

  #acked(id: string, ack: LogAck): void {
    const subscription = this.#subscriptions.get(id)
    if (subscription?.batch === undefined || subscription.batch.batchId !== ack.batchId) return
    const parts = subscription.batch.parts
    subscription.batch = undefined
    subscription.resendAt = undefined
    const resume = new Map(ack.resume.map(({ taskId, position }) => [taskId, { position }]))
    for (const { taskId } of parts) {
      const source = subscription.sources.get(taskId)
      const elsewhere = resume.get(taskId)
      if (elsewhere) this.#stop(source?.restart(elsewhere.position))
      else source?.confirm()
    }
  }

  #end(id: string): void {
    const subscription = this.#subscriptions.get(id)
    this.#subscriptions.delete(id)
    for (const source of subscription?.sources.values() ?? []) this.#stop(source.command)
  }

  #stop(command: number | undefined): void {
    if (command === undefined) return
    this.#byCommand.delete(command)
    this.#around.command({ op: "logs-stop", command })
  }
}
