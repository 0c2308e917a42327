import type { EventQueue, ScheduledEvent } from "./event-queue.ts"

/**
 * The wake-ups of one machine. A machine mostly moves its wish to be woken further away with each message; an alarm that rings too
 * early then costs one look at the clock, where moving it each time would fill the queue with cancelled events.
 */
export class WakeTimer {
  readonly #queue: EventQueue
  readonly #wake: () => void
  #wanted: number | undefined
  #alarm: ScheduledEvent | undefined

  constructor(queue: EventQueue, wake: () => void) {
    this.#queue = queue
    this.#wake = wake
  }

  /** Wakes at `at`, and forgets what was wished before; undefined: not at all. */
  set(at: number | undefined): void {
    this.#wanted = at
    if (at === undefined || (this.#alarm !== undefined && this.#alarm.at <= at)) return
    if (this.#alarm !== undefined) this.#queue.cancel(this.#alarm)
    this.#alarm = this.#queue.at(at, () => this.#ring())
  }

  stop(): void {
    this.#wanted = undefined
    if (this.#alarm !== undefined) this.#queue.cancel(this.#alarm)
    this.#alarm = undefined
  }

  #ring(): void {
    this.#alarm = undefined
    const wanted = this.#wanted
    if (wanted === undefined) return
    if (wanted > this.#queue.now) this.set(wanted)
    else {
      this.#wanted = undefined
      this.#wake()
    }
  }
}
