import type { Instant } from "../core/instant.ts"

interface Entry<T> {
  readonly at: Instant
  readonly seq: number
  readonly item: T
}

const before = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq)

/**
 * What a machine means to do later: items by their instant, and those of one instant in the order in which they were added. A binary
 * heap. Nothing is ever cancelled in it: an item says what it was for, and its owner ignores it when that is no longer so.
 */
export class TimerQueue<T> {
  readonly #heap: Array<Entry<T>> = []
  #seq = 0

  get size(): number {
    return this.#heap.length
  }

  add(at: Instant, item: T): void {
    const entry: Entry<T> = { at, seq: this.#seq++, item }
    const heap = this.#heap
    let position = heap.push(entry) - 1
    while (position > 0) {
      const above = (position - 1) >>> 1
      const parent = heap[above]
      if (parent === undefined || !before(entry, parent)) break
      heap[position] = parent
      position = above
    }
    heap[position] = entry
  }

  /** When the first item is due. */
  next(): Instant | undefined {
    return this.#heap[0]?.at
  }

  /** Takes the first item out if it is due. */
  take(now: Instant): { readonly item: T } | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.at > now) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return first
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap
    let position = 0
    for (;;) {
      let below = 2 * position + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child !== undefined && right !== undefined && before(right, child)) {
        child = right
        below++
      }
      if (child === undefined || !before(child, entry)) break
      heap[position] = child
      position = below
    }
    heap[position] = entry
  }
}
