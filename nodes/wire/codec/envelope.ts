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
  const content =
    envelope.kind === "raft"
      ? raftContent(envelope.member, envelope.message)
      : Buffer.from(JSON.stringify(toJson(envelope)))
  const smaller = deflated(content)
  const body = smaller ?? content
  const bytes = Buffer.allocUnsafe(2 + body.length)
  bytes[0] = kinds[envelope.kind].tag
  bytes[1] = smaller === undefined ? 0 : 1
  bytes.set(body, 2)
  return bytes
}

/** Undefined for what is no envelope, or is larger than `bytes_max` when inflated. Never throws. */
export function decodeEnvelope(bytes: Uint8Array, bytes_max: number): Envelope | undefined {
  const kind = kindOf(bytes[0] ?? 0)
  const flag = bytes[1]
  if (kind === undefined || flag === undefined || flag > 1) return undefined
  const body = bytes.subarray(2)
  const content = flag === 1 ? inflated(body, bytes_max) : body
  if (content === undefined || content.length > bytes_max) return undefined
  // Entries stay in the log: they must not keep the memory of all that came along with them.
  if (kind === "raft") return raftEnvelope(flag === 1 ? content : Uint8Array.from(content))
  const json = parsed(content)
  return json === undefined ? undefined : fromJson(kind, json)
}

const member_bytes = 8

function raftContent(member: number, message: Message): Uint8Array {
  const encoded = encodeMessage(message)
  const content = Buffer.allocUnsafe(member_bytes + encoded.length)
  content.writeDoubleLE(member)
  content.set(encoded, member_bytes)
  return content
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
