import type { LogEntry } from "../../log-entry.ts"

/** A line of a log as the Engine API streams it: one byte for the stream, three of nothing, the length, the bytes. */
export function frame({ stream, data }: LogEntry): Buffer {
  const bytes = Buffer.from(data, "latin1")
  const head = Buffer.alloc(8)
  head.writeUInt8(stream === "stdout" ? 1 : 2, 0)
  head.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([head, bytes])
}
