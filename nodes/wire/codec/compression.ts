import { deflateRawSync, inflateRawSync } from "node:zlib"
import { wireLimits } from "../limits.ts"

/**
 * The bytes made smaller, when they are many, look as if they would, and get enough smaller for it. Level 1: most of the gain at a fifth of the
 * time.
 */
export function deflated(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < wireLimits.deflate_bytes_min || entropy(bytes) > wireLimits.deflate_entropy_max) return undefined
  const smaller = deflateRawSync(bytes, { level: 1 })
  return smaller.length <= bytes.length * wireLimits.deflate_ratio_max ? smaller : undefined
}

const samples = 256
const counts = new Uint16Array(256)

/** Bits that a byte of them tells, from a sample: JSON has about 4.6, base 64 of noise 5.8, noise 7.2. */
function entropy(bytes: Uint8Array): number {
  counts.fill(0)
  const step = bytes.length / samples
  for (let i = 0; i < samples; i++) {
    const byte = bytes[Math.floor(i * step)] ?? 0
    counts[byte] = (counts[byte] ?? 0) + 1
  }
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / samples) * Math.log2(count / samples)
  return bits
}

/** Undefined: not deflated bytes, or more than `bytes_max` when inflated, which is found out without inflating them all. */
export function inflated(bytes: Uint8Array, bytes_max: number): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: bytes_max })
  } catch {
    return undefined
  }
}
