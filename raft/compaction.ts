import { checksum as checksumOf } from "./checksum.ts"
import { InvariantViolation } from "./invariant.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
import type { Index } from "./types.ts"

/** Takes the state machine's state after `index` in place of the entries up to there, but for a tail (§7). */
export function takeSnapshot(state: State, index: Index, data: Uint8Array): void {
  const { log, limits, metrics } = state
  // A leader's snapshot came in between.
  if (index <= log.snapshotIndex) return
  const term = log.term(index)
  if (term === undefined || index > log.delivered)
    throw new InvariantViolation("a snapshot of what was never handed out", { index, ...statusOf(state) })
  const configuration = log.configurations.at(index).data()
  log.compact({ index, term, configuration, checksum: checksumOf(data), data }, limits.tail_entries)
  metrics.snapshotsTaken++
}

/** Says when enough was applied since the last snapshot, and says it again after as much more. */
export function announceSnapshot(state: State): void {
  const { log, limits, outbox } = state
  const since = Math.max(log.snapshotIndex, state.snapshotDueAt)
  if (log.delivered - since < limits.snapshotInterval_entries) return
  state.snapshotDueAt = log.delivered
  outbox.output({ type: "snapshot-due", index: log.delivered })
}
