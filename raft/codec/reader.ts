/**
 * Takes values off a frame. Whatever is not as a Writer writes it sets `failed`, and everything from there on reads as zero: who reads
 * asks once, at the end.
 */
export class Reader {
  failed = false
  #bytes: Uint8Array = empty
  #at = 0
  #end = 0

  begin(bytes: Uint8Array, start: number, end: number): void {
    this.failed = false
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  /** Lets go of the frame. Returns whether it was read to its end and was as it should be. */
  end(): boolean {
    const whole = !this.failed && this.#at === this.#end
    this.#bytes = empty
    return whole
  }

  /** How many follow of what takes at least `each` bytes; never more than there are bytes for. */
  count(each: number): number {
    const count = this.uint()
    return count * each > this.#end - this.#at ? this.fail() : count
  }

  byte(): number {
    if (this.#at >= this.#end) return this.fail()
    return this.#bytes[this.#at++] ?? 0
  }

  bool(): boolean {
    const value = this.byte()
    if (value > 1) this.fail()
    return value === 1
  }

  uint(): number {
    if (this.#at >= this.#end) return this.fail()
    const first = this.#bytes[this.#at++] ?? 0
    return first < 128 ? first : this.#longUint(first & 127)
  }

  uint32(): number {
    if (this.#at + 4 > this.#end) return this.fail()
    const value = uint32At(this.#bytes, this.#at)
    this.#at += 4
    return value
  }

  /** A view, not a copy: it keeps the frame's memory. */
  bytes(): Uint8Array {
    const length = this.uint()
    if (length > this.#end - this.#at) {
      this.fail()
      return empty
    }
    const { buffer, byteOffset } = this.#bytes
    const at = this.#at
    this.#at += length
    return new Uint8Array(buffer, byteOffset + at, length)
  }

  /** The rest of a number whose first byte is not its last. */
  #longUint(low: number): number {
    let value = low
    // Eight bytes hold 56 bits, and no more than 53 may be used.
    for (let scale = 2 ** 7; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte >= 128) continue
      // There is one way to write a number: the last byte of several is not zero. Nor is it when there is none.
      return byte === 0 || value > Number.MAX_SAFE_INTEGER ? this.fail() : value
    }
    return this.fail()
  }

  /** What was read makes no sense. */
  fail(): 0 {
    this.failed = true
    this.#at = this.#end
    return 0
  }
}

export const uint32At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0

const empty = new Uint8Array(0)
