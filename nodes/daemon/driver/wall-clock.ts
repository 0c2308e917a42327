import type { Instant, Millis } from "../../../core/instant.ts"

/** Differences that a well-kept clock has now and then; they are not followed. */
const tolerated_ms = 250

/**
 * The time that machines live by: the wall clock's, but never going back and never standing still. Between two looks it advances as the
 * monotonic clock does. When the wall clock is ahead (it was set, or the host slept) it jumps to it; when the wall clock is behind it goes at half
 * speed until that has caught up, so that a clock set back an hour stops neither heartbeats nor elections.
 */
export class WallClock {
  readonly #wall: () => Millis
  readonly #monotonic: () => Millis
  #now: number
  #seen: Millis

  constructor(wall: () => Millis = Date.now, monotonic: () => Millis = () => performance.now()) {
    this.#wall = wall
    this.#monotonic = monotonic
    this.#now = wall()
    this.#seen = monotonic()
  }

  readonly now = (): Instant => {
    const seen = this.#monotonic()
    const passed = Math.max(0, seen - this.#seen)
    this.#seen = seen
    const wall = this.#wall()
    const ahead = this.#now + passed - wall
    if (ahead < -tolerated_ms) this.#now = wall
    else this.#now += ahead > tolerated_ms ? passed / 2 : passed
    return Math.floor(this.#now)
  }
}
