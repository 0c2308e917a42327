import { deflateRawSync, inflateRawSync } from "node:zlib"
import { wireLimits } from "../limits.ts"

/** The bytes made smaller, when they are many and get enough smaller for it. Level 1: most of the gain at a fifth of the time. */
export function deflated(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < wireLimits.deflate_bytes_min) return undefined
  const smaller = deflateRawSync(bytes, { level: 1 })
  return smaller.length <= bytes.length * wireLimits.deflate_ratio_max ? smaller : undefined
}

/** Undefined: not deflated bytes, or more than `bytes_max` when inflated, which is found out without inflating them all. */
export function inflated(bytes: Uint8Array, bytes_max: number): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: bytes_max })
  } catch {
    return undefined
  }
}
