import type { Instant } from "../../../core/instant.ts"
import type { ClusterStatus, SentView } from "../../../nodes/status.ts"

/** Messages a second that managers send, by name. */
export interface Rates {
  readonly perSecond: ReadonlyMap<string, SentView>
  /** What was counted when that was last worked out. */
  readonly at: Instant
  readonly counted: ReadonlyMap<string, SentView>
}

/** Over less than this a rate says little: heartbeats go out every 150 ms. */
const window_ms = 1_000

/** The rates, looked at again after a while. */
export function measured(before: Rates | undefined, { now, managers }: ClusterStatus): Rates {
  const counted = () => new Map(managers.flatMap(({ name, sent }) => (sent ? [[name, sent] as const] : [])))
  if (before === undefined || now < before.at) return { perSecond: new Map(), at: now, counted: counted() }
  const span_s = (now - before.at) / 1_000
  if (now - before.at < window_ms) return before
  const fresh = counted()
  const perSecond = new Map<string, SentView>()
  for (const [name, sent] of fresh) {
    const earlier = before.counted.get(name)
    // A process that began anew counts from nothing again.
    if (earlier === undefined || earlier.heartbeats > sent.heartbeats || earlier.appends > sent.appends) continue
    perSecond.set(name, {
      appends: (sent.appends - earlier.appends) / span_s,
      entries: (sent.entries - earlier.entries) / span_s,
      heartbeats: (sent.heartbeats - earlier.heartbeats) / span_s,
      snapshots: (sent.snapshots - earlier.snapshots) / span_s,
    })
  }
  return { perSecond, at: now, counted: fresh }
}
