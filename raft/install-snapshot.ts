import { checksum as checksumOf } from "./checksum.ts"
import { accept } from "./follower.ts"
import type { SnapshotChunk } from "./message.ts"
import { Receiving } from "./receiving.ts"
import type { State } from "./state.ts"
import type { MemberId } from "./types.ts"

export function handleSnapshotChunk(state: State, from: MemberId, chunk: SnapshotChunk): void {
  const { log, limits, metrics } = state
  const { index, term } = chunk.snapshot
  if (index > log.commit && log.matches(index, term)) log.commitTo(index)
  if (index <= log.commit) {
    state.receiving = undefined
    accept(state, from, log.commit)
    return
  }
  if (chunk.size > limits.snapshot_bytes_max) return
  if (!state.receiving?.isOf(chunk)) state.receiving = new Receiving(chunk.snapshot, chunk.size)
  const { receiving } = state
  if (!receiving.take(chunk)) metrics.chunksDamaged++
  if (receiving.complete && !install(state, from, receiving)) {
    metrics.chunksDamaged++
    receiving.received = 0
  }
  if (state.receiving !== undefined) {
    state.outbox.send(from, { type: "snapshot-reply", term: state.term, index, offset: receiving.received })
  }
}

/** Returns false when the whole is not what the leader has, though each piece was. */
function install(state: State, from: MemberId, { metadata, data }: Receiving): boolean {
  if (checksumOf(data) !== metadata.checksum) return false
  state.receiving = undefined
  state.log.install({ ...metadata, data })
  state.configuration = state.log.configurations.latest
  state.metrics.snapshotsInstalled++
  accept(state, from, metadata.index)
  return true
}
