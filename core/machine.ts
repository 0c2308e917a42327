import type { Instant } from "./instant.ts"

/**
 * A part that decides: a deterministic state machine. It does no I/O, has no clock and no randomness of its own, holds no promise.
 * What it decides is a pure function of what it was built with and the inputs it was given, in their order.
 *
 * The driver contract, the same for the simulated and the live driver:
 *
 * 1. Inputs come one at a time; `now` never goes back.
 * 2. The outputs of a step are carried out in their order, and before those of any later step.
 * 3. An output that asks for durability (`save`) is answered by an input (`saved`) only once it is durable, and saves complete in
 *    the order in which they were asked for. The machine itself holds back whatever depends on it, so that what was sent
 *    or replied is durable without the driver knowing why.
 * 4. After each step the driver asks `nextWake()`; at that instant, not before, it gives a `wake` input.
 * 5. A crash loses the machine and every save that was not yet durable. A new machine starts from what is durable.
 */
export interface Machine<Input, Output> {
  step(now: Instant, input: Input | Wake): ReadonlyArray<Output>
  /** When the machine wants to be woken next; undefined when only an input can move it. */
  nextWake(): Instant | undefined
}

/** Time has come to what nextWake() announced. Early or repeated wakes change nothing. */
export interface Wake {
  readonly type: "wake"
}

export const wake: Wake = { type: "wake" }
