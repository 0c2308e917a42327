import { checksum as checksumOf } from "./checksum.ts"
import type { SnapshotChunk } from "./message.ts"
import type { SnapshotMetadata } from "./types.ts"

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
    if (offset + data.length > this.data.length || checksumOf(data) !== checksum) return false
    this.data.set(data, offset)
    this.received += data.length
    return true
  }
}
