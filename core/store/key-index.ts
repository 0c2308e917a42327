/** Keys and the IDs that have them, in the order in which they got them. Most keys have one ID, which is then kept bare. */
export class KeyIndex {
  readonly #ids = new Map<string, string | Set<string>>()

  add(key: string, id: string): void {
    const there = this.#ids.get(key)
    if (there === undefined) this.#ids.set(key, id)
    else if (typeof there !== "string") there.add(id)
    else if (there !== id) this.#ids.set(key, new Set([there, id]))
  }

  delete(key: string, id: string): void {
    const there = this.#ids.get(key)
    if (there === undefined) return
    if (typeof there === "string") {
      if (there === id) this.#ids.delete(key)
      return
    }
    there.delete(id)
    if (there.size === 0) this.#ids.delete(key)
  }

  ids(key: string): Iterable<string> {
    const there = this.#ids.get(key)
    return there === undefined ? none : typeof there === "string" ? [there] : there
  }
}

const none: ReadonlyArray<string> = []
