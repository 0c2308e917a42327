import type { Instant, Millis } from "../../../core/instant.ts"
import type { ClusterStatus, StatusEvent } from "../../../nodes/status.ts"

/** A place in a simulated cluster's life: so many events had happened, and the clock showed `at`. */
export interface Moment {
  readonly event: number
  readonly at: Instant
}

/** Which moment somebody wants to see. */
export type PastAsk = { readonly at: Instant } | { readonly event: number }

/** The cluster as it was at a moment, and how far its life is known: until now, or to the end of a recording. */
export interface PastLook extends Moment {
  readonly end: Moment
  readonly status: ClusterStatus
}

/** What the screen knows while it shows an earlier moment. */
export interface Past {
  /** What is now; of a recording, its end. */
  readonly live: {
    readonly status: ClusterStatus
    readonly events: ReadonlyArray<StatusEvent>
    readonly leadership: ReadonlyArray<StatusEvent>
  }
  /** What is shown; undefined while the first look is on its way. */
  readonly moment: Moment | undefined
  readonly end: Moment
  /** What is on its way. */
  readonly wanted: PastAsk | undefined
  /** Time passes in the past, so many times as fast as on the wall. */
  readonly playing: boolean
  readonly speed: number
}

const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

export function parseSpan(text: string): Millis | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1_000)
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/gy)]
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined
  return Math.round(parts.reduce((sum, [, n, unit]) => sum + Number(n) * units[unit as keyof typeof units], 0))
}
