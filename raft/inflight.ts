import type { Index } from "./types.ts"

/** The append messages on their way to one follower: for each, the index of its last entry. A ring, oldest first. */
export class Inflight {
  readonly #lastIndexes: Index[] = []
  readonly #max: number
  #start = 0
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#count
  }

  get full(): boolean {
    return this.#count >= this.#max
  }

  add(lastIndex: Index): void {
    this.#lastIndexes[(this.#start + this.#count) % this.#max] = lastIndex
    this.#count++
  }

  /** The follower has everything up to `index`: whatever ends there or before is no longer on its way. */
  freeUpTo(index: Index): void {
    while (this.#count > 0 && (this.#lastIndexes[this.#start] ?? 0) <= index) {
      this.#start = (this.#start + 1) % this.#max
      this.#count--
    }
  }

  clear(): void {
    this.#start = 0
    this.#count = 0
  }
}
