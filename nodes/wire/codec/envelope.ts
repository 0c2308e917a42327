import { decodeMessage, encodeMessage } from "../../../raft/codec/index.ts"
import type { Message } from "../../../raft/index.ts"
import type { Envelope } from "../../envelope.ts"
import { deflated, inflated } from "./compression.ts"
import { fromJson, toJson } from "./json.ts"
import { kindOf, kinds } from "./kinds.ts"

/**
 * An envelope as bytes: its kind's tag; 1 if what follows is deflated, else 0; then, of consensus, the sender's member ID (a double) and the
 * message in Raft's own codec; of every other kind, JSON.
 */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const bytes = envelope.kind === "raft" ? withRaft(envelope.member, envelope.message) : withJson(toJson(envelope))
  bytes[0] = kinds[envelope.kind].tag
  bytes[1] = 0
  const smaller = deflated(bytes.subarray(head_bytes))
  return smaller === undefined ? bytes : Buffer.concat([Buffer.of(kinds[envelope.kind].tag, 1), smaller])
}

/** Undefined for what is no envelope, or is larger than `bytes_max` when inflated. Never throws. */
export const decodeEnvelope = (bytes: Uint8Array, bytes_max: number): Envelope | undefined =>
  readEnvelope(bytes, bytes_max).envelope

/** The same, with what it cost: `bytes` that had to be looked at, inflated. */
export function readEnvelope(
  bytes: Uint8Array,
  bytes_max: number,
): { readonly envelope: Envelope | undefined; readonly bytes: number } {
  const kind = kindOf(bytes[0] ?? 0)
  const flag = bytes[1]
  if (kind === undefined || flag === undefined || flag > 1) return { envelope: undefined, bytes: 0 }
  const body = bytes.subarray(head_bytes)
  const content = flag === 1 ? inflated(body, bytes_max) : body
  if (content === undefined || content.length > bytes_max) return { envelope: undefined, bytes: bytes_max }
  return { envelope: read(kind, content, flag === 1), bytes: content.length }
}

function read(kind: Envelope["kind"], content: Uint8Array, isOwn: boolean): Envelope | undefined {
  // Entries stay in the log: they must not keep the memory of all that came along with them.
  if (kind === "raft") return raftEnvelope(isOwn ? content : Uint8Array.from(content))
  const json = parsed(content)
  return json === undefined ? undefined : fromJson(kind, json)
}

const head_bytes = 2
const member_bytes = 8

/** With room for the head. */
function withRaft(member: number, message: Message): Buffer {
  const encoded = encodeMessage(message)
  const bytes = Buffer.allocUnsafe(head_bytes + member_bytes + encoded.length)
  bytes.writeDoubleLE(member, head_bytes)
  bytes.set(encoded, head_bytes + member_bytes)
  return bytes
}

/** With room for the head. */
function withJson(json: unknown): Buffer {
  const text = JSON.stringify(json)
  const length = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(head_bytes + length)
  bytes.write(text, head_bytes)
  return bytes
}

function raftEnvelope(content: Uint8Array): Envelope | undefined {
  if (content.length < member_bytes) return undefined
  const member = new DataView(content.buffer, content.byteOffset).getFloat64(0, true)
  if (!Number.isSafeInteger(member) || member < 1) return undefined
  const message = decodeMessage(content.subarray(member_bytes))
  return message.ok ? { kind: "raft", member, message: message.value } : undefined
}

function parsed(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString())
  } catch {
    return undefined
  }
}
