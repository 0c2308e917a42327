import type { ConfigurationData, MemberId, SnapshotMetadata } from "../types.ts"
import { type Decoded, decodeFrame, encodeFrame } from "./frame.ts"
import type { Reader } from "./reader.ts"
import type { Writer } from "./writer.ts"

/** What a snapshot stands for, as a frame of its own: what a disk holds beside the snapshot's data. */
export const encodeSnapshotMetadata = (metadata: SnapshotMetadata): Uint8Array =>
  encodeFrame(metadata, writeSnapshotMetadata)

/** Never throws. */
export const decodeSnapshotMetadata = (bytes: Uint8Array): Decoded<SnapshotMetadata> =>
  decodeFrame(bytes, readSnapshotMetadata)

export function writeSnapshotMetadata(w: Writer, metadata: SnapshotMetadata): void {
  w.uint(metadata.index)
  w.uint(metadata.term)
  w.uint32(metadata.checksum)
  writeConfiguration(w, metadata.configuration)
}

export const readSnapshotMetadata = (r: Reader): SnapshotMetadata => ({
  index: r.uint(),
  term: r.uint(),
  checksum: r.uint32(),
  configuration: readConfiguration(r),
})

export function writeConfiguration(w: Writer, configuration: ConfigurationData): void {
  writeIds(w, configuration.voters)
  writeIds(w, configuration.outgoing)
  writeIds(w, configuration.learners)
  writeIds(w, configuration.joining)
  writeIds(w, configuration.demoted)
  writeIds(w, configuration.removed)
}

export const readConfiguration = (r: Reader): ConfigurationData => ({
  voters: readIds(r),
  outgoing: readIds(r),
  learners: readIds(r),
  joining: readIds(r),
  demoted: readIds(r),
  removed: readIds(r),
})

function writeIds(w: Writer, ids: ReadonlyArray<MemberId>): void {
  w.uint(ids.length)
  for (const id of ids) w.uint(id)
}

function readIds(r: Reader): MemberId[] {
  const ids: MemberId[] = []
  for (let left = r.count(1); left > 0; left--) ids.push(r.uint())
  return ids
}
