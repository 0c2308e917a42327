import type { Reader } from "../../core/store/reader.ts"

/** How often a swarm's managers compact their log, and how much of it they keep for those that are slow; undefined while nobody has said. */
export interface Compaction {
  readonly interval_entries: number
  readonly tail_entries: number
}

export function compactionOf(store: Reader): Compaction | undefined {
  for (const { Spec } of store.all("clusters")) {
    const { SnapshotInterval = 0, LogEntriesForSlowFollowers = 500 } = Spec.Raft
    if (SnapshotInterval > 0) return { interval_entries: SnapshotInterval, tail_entries: LogEntriesForSlowFollowers }
  }
  return undefined
}
