import { crc32 } from "node:zlib"

/**
 * A frame is one WebSocket message: the version of the format, its type, what the type says, and the CRC-32 of all before (lowest byte first).
 * TLS keeps frames from strangers; the checksum keeps a bug or a broken memory from becoming an entry of the log.
 */
export const wireVersion = 1

export const lanes = ["urgent", "log", "bulk"] as const
/** Envelopes of one lane keep their order. Urgent: consensus without entries; log: with; bulk: everything else. */
export type Lane = (typeof lanes)[number]

export type Frame =
  | { readonly type: "envelope"; readonly body: Uint8Array }
  /** Of an envelope that is larger than a frame. Those of one lane come in order, none between them. */
  | {
      readonly type: "part"
      readonly lane: Lane
      readonly first: boolean
      readonly last: boolean
      readonly body: Uint8Array
    }
  /** `body`: the header, JSON. */
  | { readonly type: "open"; readonly stream: number; readonly body: Uint8Array }
  | { readonly type: "data"; readonly stream: number; readonly body: Uint8Array }
  /** The sender has read so many bytes more. */
  | { readonly type: "window"; readonly stream: number; readonly bytes: number }
  /** Nothing more comes from the sender. */
  | { readonly type: "end"; readonly stream: number }
  | { readonly type: "reset"; readonly stream: number }

// Never given to another type.
const tags = { envelope: 1, part: 2, open: 3, data: 4, window: 5, end: 6, reset: 7 } as const satisfies Record<
  Frame["type"],
  number
>

const head_bytes = 2
const crc_bytes = 4

/** The most a frame has beyond its body. */
export const frame_overhead_bytes = head_bytes + 4 + crc_bytes

const firstFlag = 4
const lastFlag = 8

export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case "envelope":
      return framed(frame.type, 0, frame.body)
    case "part": {
      const bytes = begun(frame.type, 1, frame.body)
      bytes[head_bytes] = lanes.indexOf(frame.lane) | (frame.first ? firstFlag : 0) | (frame.last ? lastFlag : 0)
      return checked(bytes)
    }
    case "open":
    case "data":
      return numbered(frame.type, frame.stream, frame.body)
    case "window": {
      const bytes = begun(frame.type, 8, nothing)
      bytes.writeUInt32LE(frame.stream, head_bytes)
      bytes.writeUInt32LE(frame.bytes, head_bytes + 4)
      return checked(bytes)
    }
    case "end":
    case "reset":
      return numbered(frame.type, frame.stream, nothing)
  }
}

/** Undefined for what is no frame of this version. Bodies are views of `bytes`. Never throws. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const end = bytes.length - crc_bytes
  if (end < head_bytes || bytes[0] !== wireVersion) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) return undefined
  const rest = end - head_bytes
  const number = () => view.getUint32(head_bytes, true)
  const body = (from: number) => bytes.subarray(head_bytes + from, end)
  switch (bytes[1]) {
    case tags.envelope:
      return { type: "envelope", body: body(0) }
    case tags.part: {
      const flags = bytes[head_bytes] ?? 0
      const lane = lanes[flags & 3]
      if (rest < 1 || lane === undefined || flags > 15) return undefined
      return { type: "part", lane, first: (flags & firstFlag) !== 0, last: (flags & lastFlag) !== 0, body: body(1) }
    }
    case tags.open:
      return rest < 4 ? undefined : { type: "open", stream: number(), body: body(4) }
    case tags.data:
      return rest < 4 ? undefined : { type: "data", stream: number(), body: body(4) }
    case tags.window:
      return rest === 8 ? { type: "window", stream: number(), bytes: view.getUint32(head_bytes + 4, true) } : undefined
    case tags.end:
      return rest === 4 ? { type: "end", stream: number() } : undefined
    case tags.reset:
      return rest === 4 ? { type: "reset", stream: number() } : undefined
    default:
      return undefined
  }
}

const framed = (type: Frame["type"], room: number, body: Uint8Array): Uint8Array => checked(begun(type, room, body))

/** Version, type, `room` for what the type adds, the body, and room for the checksum. */
function begun(type: Frame["type"], room: number, body: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(head_bytes + room + body.length + crc_bytes)
  bytes[0] = wireVersion
  bytes[1] = tags[type]
  bytes.set(body, head_bytes + room)
  return bytes
}

function numbered(type: Frame["type"], stream: number, body: Uint8Array): Uint8Array {
  const bytes = begun(type, 4, body)
  bytes.writeUInt32LE(stream, head_bytes)
  return checked(bytes)
}

function checked(bytes: Buffer): Uint8Array {
  const end = bytes.length - crc_bytes
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end)
  return bytes
}

const nothing = new Uint8Array(0)
