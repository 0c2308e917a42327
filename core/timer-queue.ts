import { Heap } from "./heap.ts"
import type { Instant } from "./instant.ts"

interface Entry<T> {
  readonly at: Instant
  readonly order: number
  readonly item: T
}

/**
 * What a machine means to do later: items by their instant, and those of one instant in the order in which they were added. Nothing is
 * ever cancelled in it: an item says what it was for, and its owner ignores it when that is no longer so.
 */
export class TimerQueue<T> {
  readonly #heap = new Heap<Entry<T>>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  #order = 0

  get size(): number {
    return this.#heap.size
  }

  add(at: Instant, item: T): void {
    this.#heap.push({ at, order: this.#order++, item })
  }

  /** When the first item is due. */
  next(): Instant | undefined {
    return this.#heap.peek()?.at
  }

  /** Takes the first item out if it is due. */
  take(now: Instant): { readonly item: T } | undefined {
    const first = this.#heap.peek()
    return first !== undefined && first.at <= now ? this.#heap.pop() : undefined
  }
}
