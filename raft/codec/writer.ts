import { InvariantViolation } from "../invariant.ts"

/** Frames are cut from chunks of this size, one after the other: a chunk a frame would cost more than the encoding. */
const chunk_bytes = 64 * 1024

/** So that a frame which just fits has room for what ends it. */
const checksum_bytes = 4

/** A number takes no more than this. */
export const number_bytes_max = 8

/**
 * Lays values one after the other into a frame. Integers are varints: seven bits a byte, the lowest first, the high bit set on
 * all but the last.
 */
export class Writer {
  #chunk = new Uint8Array(chunk_bytes)
  /** Where the frame begins that is being written, and where its next byte goes. */
  #start = 0
  #at = 0

  begin(): void {
    this.#start = this.#at
  }

  /** The frame is complete; the writer lets go of it. */
  end(): Uint8Array {
    return new Uint8Array(this.#chunk.buffer, this.#start, this.#at - this.#start)
  }

  /** So many bytes at most will follow: they get their room at once, rather than bit by bit with copies. */
  reserve(bytes: number): void {
    if (this.#at + bytes > this.#chunk.length) this.#grow(bytes)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#chunk[this.#at++] = value
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  /** An integer in [0, 2^53). */
  uint(value: number): void {
    this.reserve(number_bytes_max)
    const chunk = this.#chunk
    let at = this.#at
    let rest = value
    if (value >>> 0 !== value) {
      if (!Number.isSafeInteger(value) || value < 0) throw new InvariantViolation("not an unsigned integer", { value })
      // Bit operations know only 32 bits.
      for (; rest > 0xffff_ffff; rest = Math.floor(rest / 128)) chunk[at++] = (rest % 128) | 128
    }
    for (; rest > 127; rest >>>= 7) chunk[at++] = (rest & 127) | 128
    chunk[at++] = rest
    this.#at = at
  }

  /** Four bytes, the lowest first. */
  uint32(value: number): void {
    this.reserve(4)
    const chunk = this.#chunk
    const at = this.#at
    chunk[at] = value
    chunk[at + 1] = value >>> 8
    chunk[at + 2] = value >>> 16
    chunk[at + 3] = value >>> 24
    this.#at = at + 4
  }

  /** Bytes, after their number. */
  bytes(value: Uint8Array): void {
    const { length } = value
    this.uint(length)
    this.reserve(length)
    // Calling set() costs more than a few bytes do.
    if (length > 48) this.#chunk.set(value, this.#at)
    else for (let i = 0, at = this.#at; i < length; i++) this.#chunk[at++] = value[i] ?? 0
    this.#at += length
  }

  /** The checksum of the frame so far, by `sum`. */
  checksum(sum: (bytes: Uint8Array, start: number, end: number) => number): number {
    return sum(this.#chunk, this.#start, this.#at)
  }

  /** Goes on in a new chunk, which begins with what this frame has so far. */
  #grow(bytes: number): void {
    const frame = this.end()
    const chunk = new Uint8Array(Math.max(chunk_bytes, frame.length + bytes + checksum_bytes))
    chunk.set(frame)
    this.#chunk = chunk
    this.#start = 0
    this.#at = frame.length
  }
}
