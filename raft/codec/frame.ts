import { xxh32 } from "../checksum.ts"
import { Reader, uint32At } from "./reader.ts"
import { Writer } from "./writer.ts"

/**
 * A frame is: one byte, the version of the format; what the version says; four bytes, the XXH32 of all before, the lowest byte first.
 * A change that old readers would misread takes a new version.
 */
export const formatVersion = 1

/**
 * - truncated: too short to be a frame.
 * - unknown version: of a newer or older program.
 * - corrupt: the checksum is not that of the bytes.
 * - malformed: the checksum is right and the content is none that this version writes.
 */
export type DecodeError = "truncated" | "unknown version" | "corrupt" | "malformed"

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: DecodeError }

const checksum_bytes = 4
const frame_bytes_min = 1 + checksum_bytes

// Encoding and decoding never wait, so one of each serves all.
const writer = new Writer()
const reader = new Reader()

export function encodeFrame<Value>(value: Value, write: (writer: Writer, value: Value) => void): Uint8Array {
  writer.begin()
  writer.byte(formatVersion)
  write(writer, value)
  writer.uint32(writer.checksum(xxh32))
  return writer.end()
}

/** `read` gives undefined for what it does not know. What it gives may keep the memory of `bytes`. */
export function decodeFrame<Value>(bytes: Uint8Array, read: (reader: Reader) => Value | undefined): Decoded<Value> {
  const end = bytes.length - checksum_bytes
  if (bytes.length < frame_bytes_min) return truncated
  if (bytes[0] !== formatVersion) return unknownVersion
  if (xxh32(bytes, 0, end) !== uint32At(bytes, end)) return corrupt
  reader.begin(bytes, 1, end)
  const value = read(reader)
  return reader.end() && value !== undefined ? { ok: true, value } : malformed
}

const truncated = { ok: false, error: "truncated" } as const
const unknownVersion = { ok: false, error: "unknown version" } as const
const corrupt = { ok: false, error: "corrupt" } as const
const malformed = { ok: false, error: "malformed" } as const
