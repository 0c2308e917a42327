import { crc32 } from "./crc32.ts"
import { accept } from "./follower.ts"
import type { SnapshotChunk } from "./message.ts"
import type { State } from "./state.ts"
import type { MemberId, SnapshotMetadata } from "./types.ts"

/** A snapshot that arrives piece by piece. It outlives its leader: another that has the same snapshot goes on where the first one stopped. */
export class Receiving {
  readonly metadata: SnapshotMetadata
  readonly data: Uint8Array
  /** Bytes that are here. */
  received = 0

  constructor(metadata: SnapshotMetadata, size: number) {
    this.metadata = metadata
    this.data = new Uint8Array(size)
  }

  get complete(): boolean {
    return this.received === this.data.length
  }

  isOf({ snapshot, size }: SnapshotChunk): boolean {
    const { index, term, checksum } = this.metadata
    const same = snapshot.index === index && snapshot.term === term && snapshot.checksum === checksum
    return same && size === this.data.length
  }

  /** Returns false when the piece is damaged. One that does not come next is left aside. */
  take({ offset, data, checksum }: SnapshotChunk): boolean {
    if (offset !== this.received) return true
    if (offset + data.length > this.data.length || crc32(data) !== checksum) return false
    this.data.set(data, offset)
    this.received += data.length
    return true
  }
}

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
  if (crc32(data) !== metadata.checksum) return false
  state.receiving = undefined
  state.log.install({ ...metadata, data })
  state.configuration = state.log.configurations.latest
  state.metrics.snapshotsInstalled++
  accept(state, from, metadata.index)
  return true
}
