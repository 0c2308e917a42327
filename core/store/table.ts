import { KeyIndex } from "./key-index.ts"
import { indexNames, keysOf, sameKeysOf, type TableName, type Tables } from "./tables.ts"

interface Index<T extends TableName> {
  readonly name: string
  readonly ids: KeyIndex
  readonly sameKeys: ReturnType<typeof sameKeysOf<T>>
}

/** Objects by ID with their secondary indexes. Objects are never changed in place: put replaces. */
export class Table<T extends TableName> {
  readonly name: T
  readonly #rows = new Map<string, Tables[T]>()
  readonly #indexes: ReadonlyArray<Index<T>>

  constructor(name: T) {
    this.name = name
    this.#indexes = indexNames(name).map((index) => ({
      name: index,
      ids: new KeyIndex(),
      sameKeys: sameKeysOf(name, index),
    }))
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
  ids(index: string, key: string): Iterable<string> {
    for (const { name, ids } of this.#indexes) if (name === index) return ids.ids(key)
    return []
  }

  put(object: Tables[T]): Tables[T] | undefined {
    const before = this.#rows.get(object.ID)
    for (const { name, ids, sameKeys } of this.#indexes)
      if (!before || !sameKeys?.(before, object)) reindex(this.name, name, ids, before, object)
    this.#rows.set(object.ID, object)
    return before
  }

  delete(id: string): Tables[T] | undefined {
    const before = this.#rows.get(id)
    if (before === undefined) return undefined
    for (const { name, ids } of this.#indexes) reindex(this.name, name, ids, before, undefined)
    this.#rows.delete(id)
    return before
  }
}

/** Moves an object in an index from the keys it had to those it has. */
export function reindex<T extends TableName>(
  table: T,
  name: string,
  index: KeyIndex,
  before: Tables[T] | undefined,
  after: Tables[T] | undefined,
): void {
  const oldKeys = before === undefined ? none : keysOf(table, name, before)
  const newKeys = after === undefined ? none : keysOf(table, name, after)
  const id = (before ?? after)?.ID ?? ""
  if (typeof oldKeys === "string" && typeof newKeys === "string") {
    if (oldKeys === newKeys) return
    index.delete(oldKeys, id)
    index.add(newKeys, id)
    return
  }
  for (const key of asList(oldKeys)) if (!asList(newKeys).includes(key)) index.delete(key, id)
  for (const key of asList(newKeys)) if (!asList(oldKeys).includes(key)) index.add(key, id)
}

const none: ReadonlyArray<string> = []

const asList = (keys: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof keys === "string" ? [keys] : keys
