import type { Millis } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"

/** Both ends included. */
export type Span = readonly [min: Millis, max: Millis]

/** How long a simulated engine takes over what it does, about as long as a real one on a small machine. */
export interface Latencies {
  /** Of an image that is not there yet. */
  readonly pull: Span
  /** Of an image that is there, and of a registry's refusal. */
  readonly pullCached: Span
  readonly create: Span
  readonly start: Span
  /** From a signal to the end of a process that heeds it. */
  readonly stop: Span
  readonly remove: Span
  readonly list: Span
}

export const defaultLatencies: Latencies = {
  pull: [200, 1_500],
  pullCached: [2, 10],
  create: [20, 60],
  start: [100, 300],
  stop: [5, 50],
  remove: [20, 60],
  list: [1, 5],
}

export const drawSpan = (random: Random, [min, max]: Span): Millis => (min === max ? min : random.range(min, max))
