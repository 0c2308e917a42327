import { wireLimits } from "../limits.ts"

/** How long to wait before the next try: doubled each time, each time between half and the whole of it, so that nobody returns in step. */
export class Backoff {
  readonly #random: () => number
  #tries = 0

  /** `random` draws from [0, 1). */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Milliseconds. */
  next(): number {
    const whole = Math.min(wireLimits.backoff_ms_max, wireLimits.backoff_ms_min * 2 ** Math.min(this.#tries++, 30))
    return whole * (0.5 + 0.5 * this.#random())
  }

  reset(): void {
    this.#tries = 0
  }
}
