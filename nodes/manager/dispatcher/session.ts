import type { Instant, Millis } from "../../../core/instant.ts"
import type { Assignment, AssignmentMessage } from "../../protocol.ts"

const resend_ms = 1_000
const resendMax_ms = 8_000

/**
 * A node's session: what it has been told and what it has confirmed. One assignment message is on its way at a time; what changes
 * meanwhile gathers, the newest of each task, and goes with the next.
 */
export class Session {
  readonly id: string
  readonly nodeId: string
  readonly attempt: string
  /** What the node does not know yet: tasks by ID, undefined for those to remove. */
  #news = new Map<string, Assignment | undefined>()
  #sequence = 0
  #unconfirmed: AssignmentMessage | undefined
  #resendAt: Instant | undefined
  #patience: Millis = resend_ms

  constructor(id: string, nodeId: string, attempt: string) {
    this.id = id
    this.nodeId = nodeId
    this.attempt = attempt
  }

  /** When to send the last message again. */
  get resendAt(): Instant | undefined {
    return this.#resendAt
  }

  /** The first message: everything. */
  begin(now: Instant, assign: ReadonlyArray<Assignment>): AssignmentMessage {
    return this.#send(now, true, assign, [])
  }

  put(assignment: Assignment): void {
    this.#news.set(assignment.task.ID, assignment)
  }

  remove(taskId: string): void {
    this.#news.set(taskId, undefined)
  }

  confirmed(sequence: number): void {
    if (this.#unconfirmed?.sequence !== sequence) return
    this.#unconfirmed = undefined
    this.#resendAt = undefined
    this.#patience = resend_ms
  }

  /** The next message, if there is news and the last one was confirmed. */
  take(now: Instant): AssignmentMessage | undefined {
    if (this.#unconfirmed !== undefined || this.#news.size === 0) return undefined
    const assign: Array<Assignment> = []
    const remove: Array<string> = []
    for (const [taskId, assignment] of this.#news) {
      if (assignment === undefined) remove.push(taskId)
      else assign.push(assignment)
    }
    this.#news = new Map()
    return this.#send(now, false, assign, remove)
  }

  /** The last message once more, if it is still not confirmed. */
  again(now: Instant): AssignmentMessage | undefined {
    if (this.#unconfirmed === undefined) return undefined
    this.#patience = Math.min(this.#patience * 2, resendMax_ms)
    this.#resendAt = now + this.#patience
    return this.#unconfirmed
  }

  #send(
    now: Instant,
    complete: boolean,
    assign: ReadonlyArray<Assignment>,
    remove: ReadonlyArray<string>,
  ): AssignmentMessage {
    const message: AssignmentMessage = {
      type: "assignments",
      session: this.id,
      sequence: ++this.#sequence,
      complete,
      assign,
      remove,
    }
    this.#unconfirmed = message
    this.#resendAt = now + this.#patience
    return message
  }
}
