import { checksum as checksumOf } from "./checksum.ts"
import { InvariantViolation } from "./invariant.ts"
import type { SnapshotReply } from "./message.ts"
import type { Progress, Sending } from "./progress.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
import type { MemberId } from "./types.ts"

/** What the follower lacks is no longer in the log: send it the snapshot, one piece at a time. */
export function sendSnapshot(state: State, to: MemberId, progress: Progress): void {
  const { snapshot } = state.log
  if (snapshot === undefined) throw new InvariantViolation("there is no snapshot to send", statusOf(state))
  state.metrics.snapshotsSent++
  sendChunk(state, to, progress.becomeSnapshot(snapshot))
}

export function handleSnapshotReply(state: State, from: MemberId, reply: SnapshotReply): void {
  const progress = state.progress.get(from)
  if (progress === undefined) return
  progress.hear(state.now)
  const { sending } = progress
  // No progress means that a piece came again or was damaged: the next heartbeat is soon enough.
  if (sending?.snapshot.index !== reply.index || sending.offset === reply.offset) return
  sending.offset = Math.min(reply.offset, sending.snapshot.data.length)
  sendChunk(state, from, sending)
}

/** The follower lives, and has not asked for more in a while: what was sent last may be lost. */
export function resendChunk(state: State, to: MemberId, sending: Sending): void {
  if (state.now - sending.sentAt >= state.timing.heartbeat_ms) sendChunk(state, to, sending)
}

function sendChunk(state: State, to: MemberId, sending: Sending): void {
  const { index, term, configuration, checksum, data: whole } = sending.snapshot
  const { offset } = sending
  const data = whole.subarray(offset, offset + state.limits.snapshotChunk_bytes)
  sending.sentAt = state.now
  state.metrics.chunksSent++
  state.outbox.send(to, {
    type: "snapshot",
    term: state.term,
    snapshot: { index, term, configuration, checksum },
    size: whole.length,
    offset,
    data,
    checksum: checksumOf(data),
  })
}
