import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto"

/**
 * A box: version (1 byte), ID of the key (4 bytes), nonce (12), text under AES-256-GCM, tag (16). The nonce is random: 2^32 boxes under one key
 * are safe (NIST SP 800-38D, 8.3). Version, key ID and `context` are authenticated: a box for one purpose does not open for another.
 */
const version = 1
const keyId_bytes = 4
const nonce_bytes = 12
const tag_bytes = 16
const head_bytes = 1 + keyId_bytes + nonce_bytes

/** What a box costs beyond its content. */
export const box_overhead_bytes = head_bytes + tag_bytes

export const key_bytes = 32

/** Tells keys apart without telling anything of them. */
export const keyId = (key: Uint8Array): Uint8Array =>
  createHash("sha256").update("drydock key id").update(key).digest().subarray(0, keyId_bytes)

/** `key`: 32 bytes. `context` says what the content is, and for whom. */
export function seal(key: Uint8Array, content: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonce_bytes)
  const head = Buffer.concat([Buffer.of(version), keyId(key), nonce])
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tag_bytes })
  cipher.setAAD(authenticated(head, context))
  const text = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([head, text, cipher.getAuthTag()])
}

/** Undefined: another key's box, another context's, or one that was changed. */
export function open(key: Uint8Array, box: Uint8Array, context: string): Uint8Array | undefined {
  if (box.length < box_overhead_bytes || box[0] !== version || !isFor(key, box)) return undefined
  const head = box.subarray(0, head_bytes)
  const decipher = createDecipheriv("aes-256-gcm", key, head.subarray(1 + keyId_bytes), { authTagLength: tag_bytes })
  decipher.setAAD(authenticated(head, context))
  decipher.setAuthTag(box.subarray(box.length - tag_bytes))
  try {
    return Buffer.concat([decipher.update(box.subarray(head_bytes, box.length - tag_bytes)), decipher.final()])
  } catch {
    return undefined
  }
}

/** Whether a box says that it was sealed with this key. */
export const isFor = (key: Uint8Array, box: Uint8Array): boolean =>
  Buffer.compare(keyId(key), box.subarray(1, 1 + keyId_bytes)) === 0

const authenticated = (head: Uint8Array, context: string): Uint8Array =>
  Buffer.concat([head.subarray(0, 1 + keyId_bytes), Buffer.from(context)])
