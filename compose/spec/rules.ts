/** Places in a file by pattern: keys joined by dots, `*` for any key or index. */
export class Rules<T> {
  readonly #children = new Map<string, Rules<T>>()
  #value: T | undefined

  constructor(rules: Iterable<readonly [pattern: string, value: T]> = []) {
    for (const [pattern, value] of rules) this.#add(pattern.split("."), value)
  }

  #add([key, ...rest]: ReadonlyArray<string>, value: T): void {
    if (key === undefined) {
      this.#value = value
      return
    }
    const next = this.#children.get(key) ?? new Rules<T>()
    this.#children.set(key, next)
    next.#add(rest, value)
  }

  get value(): T | undefined {
    return this.#value
  }

  /** The rules for what is found under a key, if there are any. */
  under(key: string): Rules<T> | undefined {
    return this.#children.get(key) ?? this.#children.get("*")
  }
}
