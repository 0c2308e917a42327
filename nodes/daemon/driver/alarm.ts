import type { Instant } from "../../../core/instant.ts"

/** Longer timeouts than this go off at once (Node's limit); the alarm looks again then. */
const timeout_ms_max = 2 ** 31 - 1

/** One alarm on the clock: it rings at the instant set last, once, and not before, whatever timers do. */
export class Alarm {
  readonly #now: () => Instant
  readonly #ring: () => void
  #at: Instant | undefined
  #timeout: NodeJS.Timeout | undefined

  constructor(now: () => Instant, ring: () => void) {
    this.#now = now
    this.#ring = ring
  }

  readonly set = (at: Instant | undefined): void => {
    if (at === this.#at) return
    this.#at = at
    clearTimeout(this.#timeout)
    this.#timeout = undefined
    if (at !== undefined) this.#wait(at)
  }

  #wait(at: Instant): void {
    const ms = Math.min(Math.max(0, Math.ceil(at - this.#now())), timeout_ms_max)
    this.#timeout = setTimeout(() => {
      if (this.#now() < at) {
        this.#wait(at)
        return
      }
      this.#at = undefined
      this.#timeout = undefined
      this.#ring()
    }, ms)
  }
}
