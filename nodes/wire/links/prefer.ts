import { wireLimits } from "../limits.ts"

/** What is known of a link when another one to the same peer is there. */
export interface Rival {
  readonly dialledBy: string
  /** Of the peer's process. */
  readonly life: string
  /** Milliseconds since it came up here. */
  readonly age_ms: number
}

/** Longer than two dials that began together can be apart. */
export const simultaneous_ms = 2 * wireLimits.dial_ms

/**
 * Which of two links to one peer stays. Both ends decide alike, each for itself. Two ends that dial each other at the same time keep the link of
 * the smaller ID. Otherwise the new link stays: nobody dials who has a link, so its dialler has lost the present one, and this end has not noticed
 * yet.
 */
export function newOneStays(present: Rival, coming: Rival): boolean {
  if (present.life !== coming.life || present.dialledBy === coming.dialledBy || present.age_ms > simultaneous_ms)
    return true
  return coming.dialledBy < present.dialledBy
}
