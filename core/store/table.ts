import { indexNames, keysOf, type TableName, type Tables } from "./tables.ts"

/** Objects by ID with their secondary indexes. Objects are never changed in place: put replaces. */
export class Table<T extends TableName> {
  readonly name: T
  readonly #rows = new Map<string, Tables[T]>()
  readonly #indexes = new Map<string, Map<string, Set<string>>>()

  constructor(name: T) {
    this.name = name
    for (const index of indexNames(name)) this.#indexes.set(index, new Map())
  }

  get size(): number {
    return this.#rows.size
  }

  get(id: string): Tables[T] | undefined {
    return this.#rows.get(id)
  }

  has(id: string): boolean {
    return this.#rows.has(id)
  }

  values(): Iterable<Tables[T]> {
    return this.#rows.values()
  }

  /** The IDs of the objects with this key, in the order in which they got it. */
  ids(index: string, key: string): ReadonlySet<string> {
    return this.#indexes.get(index)?.get(key) ?? none
  }

  put(object: Tables[T]): Tables[T] | undefined {
    const before = this.#rows.get(object.ID)
    for (const [index, keys] of this.#indexes) {
      const oldKeys = before === undefined ? [] : keysOf(this.name, index, before)
      const newKeys = keysOf(this.name, index, object)
      for (const key of oldKeys) if (!newKeys.includes(key)) drop(keys, key, object.ID)
      for (const key of newKeys) if (!oldKeys.includes(key)) enter(keys, key, object.ID)
    }
    this.#rows.set(object.ID, object)
    return before
  }

  delete(id: string): Tables[T] | undefined {
    const before = this.#rows.get(id)
    if (before === undefined) return undefined
    for (const [index, keys] of this.#indexes) for (const key of keysOf(this.name, index, before)) drop(keys, key, id)
    this.#rows.delete(id)
    return before
  }
}

const none: ReadonlySet<string> = new Set()

function enter(keys: Map<string, Set<string>>, key: string, id: string): void {
  const ids = keys.get(key)
  if (ids) ids.add(id)
  else keys.set(key, new Set([id]))
}

function drop(keys: Map<string, Set<string>>, key: string, id: string): void {
  const ids = keys.get(key)
  if (!ids) return
  ids.delete(id)
  if (ids.size === 0) keys.delete(key)
}
