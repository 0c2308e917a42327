import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import type { Sealing } from "../../../../raft/storage/sqlite.ts"

/** AES-256-GCM under a key made of one byte: a box is a nonce, a tag and what is sealed. */
export function aes(key: number): Sealing {
  const secret = new Uint8Array(32).fill(key)
  return {
    seal(plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", secret, nonce)
      const text = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text])
    },
    open(box) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", secret, box.subarray(0, 12))
        decipher.setAuthTag(box.subarray(12, 28))
        return Buffer.concat([decipher.update(box.subarray(28)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}
