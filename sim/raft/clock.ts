/** A member's own idea of time: it may run fast or slow, and jump. Virtual time is in integer milliseconds, and so is what the clock shows. */
export class SkewedClock {
  readonly #now: () => number
  #rate = 1
  /** Shown at `#since` of virtual time, to the fraction: what is cut off at each change of the rate would add up. */
  #shown: number
  #since: number

  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
    this.#shown = this.#since
  }

  get now(): number {
    return Math.floor(this.#at(this.#now()))
  }

  /** The first instant of virtual time at which the clock, as it runs now, shows `shown` or more. */
  when(shown: number): number {
    const at = this.#since + Math.ceil((shown - this.#shown) / this.#rate)
    return this.#at(at) < shown ? at + 1 : at
  }

  /** From now on the clock runs at `rate` (1: right), after a jump by `jump_ms`. */
  skew(rate: number, jump_ms: number): void {
    const now = this.#now()
    this.#shown = this.#at(now) + jump_ms
    this.#since = now
    this.#rate = rate
  }

  #at(virtual: number): number {
    return this.#shown + (virtual - this.#since) * this.#rate
  }
}
