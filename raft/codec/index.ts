export { decodeEntries, decodeEntry, encodeEntries, encodeEntry } from "./entry.ts"
export { type Decoded, type DecodeError, formatVersion } from "./frame.ts"
export { decodeMessage, encodeMessage } from "./message.ts"
export { decodeSnapshotMetadata, encodeSnapshotMetadata } from "./snapshot.ts"
