import type { Instant, Millis } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { TaskStatus } from "../../core/model/task.ts"
import type { AgentMessage, TaskReport } from "../protocol.ts"
import type { AgentTiming } from "./timing.ts"

interface Batch {
  readonly number: number
  readonly reports: ReadonlyArray<TaskReport>
  resendAt: Instant
  patience: Millis
}

/** The statuses that the managers may not have yet, the newest of each task. One batch is on its way at a time, until it is confirmed. */
export class Reports {
  readonly #timing: AgentTiming
  readonly #news = new Map<string, TaskStatus>()
  #batch: Batch | undefined
  #number = 0
  /** When the next batch may go. The first after a rest goes at once. */
  #nextAt: Instant = 0

  constructor(timing: AgentTiming) {
    this.#timing = timing
  }

  put(taskId: string, status: TaskStatus): void {
    this.#news.set(taskId, status)
  }

  forget(taskId: string): void {
    this.#news.delete(taskId)
  }

  /** A new session: what was on its way is lost. */
  restart(): void {
    this.#batch = undefined
    this.#nextAt = 0
  }

  confirmed(batch: number): void {
    const sent = this.#batch
    if (sent === undefined || sent.number !== batch) return
    this.#batch = undefined
    for (const { taskId, status } of sent.reports) if (this.#news.get(taskId) === status) this.#news.delete(taskId)
  }

  /** What is to be sent now. */
  take(now: Instant, session: string): AgentMessage | undefined {
    const batch = this.#batch ?? this.#newBatch(now)
    if (batch === undefined) return undefined
    if (batch === this.#batch) {
      if (now < batch.resendAt) return undefined
      batch.patience = Math.min(batch.patience * 2, this.#timing.resendMax)
    }
    batch.resendAt = now + batch.patience
    this.#batch = batch
    return { type: "statuses", session, batch: batch.number, statuses: batch.reports }
  }

  nextWake(): Instant | undefined {
    if (this.#batch !== undefined) return this.#batch.resendAt
    return this.#news.size === 0 ? undefined : this.#nextAt
  }

  #newBatch(now: Instant): Batch | undefined {
    if (this.#news.size === 0 || now < this.#nextAt) return undefined
    this.#nextAt = now + this.#timing.gather
    const reports: Array<TaskReport> = []
    for (const [taskId, status] of this.#news) {
      if (reports.length === limits.statusesPerBatch) break
      reports.push({ taskId, status })
    }
    return { number: ++this.#number, reports, resendAt: now, patience: this.#timing.resend }
  }
}
