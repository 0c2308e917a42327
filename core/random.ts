/**
 * Seeded randomness: sfc32, small and fast, with a state that is four 32-bit words. One seed gives one sequence on every machine.
 * Not for secrets.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number | string) {
    const words = seedWords(String(seed))
    this.#a = words[0]
    this.#b = words[1]
    this.#c = words[2]
    this.#d = 1
    for (let i = 0; i < 12; i++) this.uint32()
  }

  /** The next 32 bits, as an integer in [0, 2^32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  /** A float in [0, 1). */
  next(): number {
    return this.uint32() / 4_294_967_296
  }

  /** An integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** An integer in [low, high], both ends included. */
  range(low: number, high: number): number {
    return low + this.int(high - low + 1)
  }

  /** True with the given probability. Draws nothing when it is 0, so that a fault that is off does not shift the sequence. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability
  }

  pick<T>(items: ReadonlyArray<T>): T | undefined {
    return items[this.int(items.length)]
  }

  /** A new sequence of its own that depends on this one's state and on the label. */
  fork(label: string): Random {
    return new Random(`${this.uint32()}/${label}`)
  }
}

/** Three words from a text, by FNV-1a with three offsets and a final mix. */
function seedWords(text: string): [number, number, number] {
  const word = (offset: number): number => {
    let hash = offset
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619)
    hash ^= hash >>> 16
    hash = Math.imul(hash, 0x85ebca6b)
    return hash ^ (hash >>> 13)
  }
  return [word(0x811c9dc5), word(0x01000193), word(0x9e3779b9)]
}
