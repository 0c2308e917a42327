import { Heap } from "./heap.ts"
import type { Instant } from "./instant.ts"

interface Entry {
  readonly key: string
  readonly at: Instant
  readonly order: number
}

/** One timer a key. Timers due at the same instant go off in the order in which they were set. */
export class Timers {
  readonly #current = new Map<string, Entry>()
  readonly #heap = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  #order = 0

  /** Replaces the key's timer. */
  set(key: string, at: Instant): void {
    const entry = { key, at, order: this.#order++ }
    this.#current.set(key, entry)
    this.#heap.push(entry)
  }

  /** When the key's time comes; undefined: it has none. */
  at(key: string): Instant | undefined {
    return this.#current.get(key)?.at
  }

  clear(key: string): void {
    this.#current.delete(key)
  }

  /** Takes the keys whose time has come. */
  due(now: Instant): ReadonlyArray<string> {
    const keys: Array<string> = []
    for (let entry = this.#head(); entry && entry.at <= now; entry = this.#head()) {
      this.#current.delete(entry.key)
      keys.push(entry.key)
    }
    return keys
  }

  next(): Instant | undefined {
    return this.#head()?.at
  }

  /** The first entry that still counts: replaced and cleared ones are dropped as they come up. */
  #head(): Entry | undefined {
    for (;;) {
      const entry = this.#heap.peek()
      if (entry === undefined || this.#current.get(entry.key) === entry) return entry
      this.#heap.pop()
    }
  }
}
