/** A member's own idea of time: it may run fast or slow, and jump. Virtual time is in integer milliseconds, and so is what the clock shows. */
export class SkewedClock {
  readonly #now: () => number
  #rate = 1
  /** Shown at `#since` of virtual time. */
  #shown: number
  #since: number

  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
    this.#shown = this.#since
  }

  get now(): number {
    return this.#at(this.#now())
  }

  /** The first instant of virtual time at which the clock, as it runs now, shows `shown` or more. */
  when(shown: number): number {
    const at = this.#since + Math.ceil((shown - this.#shown) / this.#rate)
    return this.#at(at) < shown ? at + 1 : at
  }

  /** From now on the clock runs at `rate` (1: right), after a jump by `jump_ms`. */
  skew(rate: number, jump_ms: number): void {
    this.#shown = this.now + jump_ms
    this.#since = this.#now()
    this.#rate = rate
  }

  #at(virtual: number): number {
    return Math.floor(this.#shown + (virtual - this.#since) * this.#rate)
  }
}
