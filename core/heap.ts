/** A binary heap: the least item, by the given order, is taken first. Items that compare equal come in no promised order. */
export class Heap<A> {
  readonly #items: Array<A> = []
  readonly #before: (a: A, b: A) => boolean

  constructor(before: (a: A, b: A) => boolean, items: Iterable<A> = []) {
    this.#before = before
    for (const item of items) this.push(item)
  }

  get size(): number {
    return this.#items.length
  }

  peek(): A | undefined {
    return this.#items[0]
  }

  push(item: A): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent]
      if (above === undefined || !this.#before(item, above)) break
      items[at] = above
      at = parent
    }
    items[at] = item
  }

  pop(): A | undefined {
    const items = this.#items
    const least = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return least
  }

  /** Puts an item into the empty place at the top and lets it sink. */
  #sink(item: A): void {
    const items = this.#items
    let at = 0
    for (;;) {
      const left = items[2 * at + 1]
      const right = items[2 * at + 2]
      const goRight = right !== undefined && left !== undefined && this.#before(right, left)
      const child = goRight ? right : left
      if (child === undefined || !this.#before(child, item)) break
      items[at] = child
      at = 2 * at + (goRight ? 2 : 1)
    }
    items[at] = item
  }
}
