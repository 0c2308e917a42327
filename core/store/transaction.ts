import { InvariantViolation } from "../errors.ts"
import { toRfc3339 } from "../instant.ts"
import { withFields } from "../with-fields.ts"
import type { Applied, Change, ChangeSet } from "./change.ts"
import { KeyIndex } from "./key-index.ts"
import type { Reader } from "./reader.ts"
import { reindex } from "./table.ts"
import { type IndexName, sameKeysOf, type TableName, type Tables } from "./tables.ts"

/** An object without what the store gives it. */
export type Draft<T extends TableName> = Omit<Tables[T], "Version" | "CreatedAt" | "UpdatedAt">

interface Overlay {
  /** The state of every object touched: undefined when deleted. */
  readonly rows: Map<string, Tables[TableName] | undefined>
  /** Keys of touched objects as they are now, in the indexes that were asked for. */
  readonly indexes: Map<string, KeyIndex>
}

/** Where a transaction stood, to go back to. */
export interface Savepoint {
  readonly steps: number
}

/**
 * Writes laid over the committed store: reads see them, the store does not, until `changeSet` of it was replicated and applied.
 * Every write is remembered in order, so that a control loop can ask what changed since it last looked.
 */
export class Transaction implements Reader {
  readonly #store: Reader
  readonly #now: string
  readonly #overlays = new Map<TableName, Overlay>()
  readonly #steps: Array<Applied> = []

  constructor(store: Reader, now: number) {
    this.#store = store
    this.#now = toRfc3339(now)
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const overlay = this.#overlays.get(table)
    if (overlay?.rows.has(id)) return overlay.rows.get(id) as Tables[T] | undefined
    return this.#store.get(table, id)
  }

  *all<T extends TableName>(table: T): Iterable<Tables[T]> {
    const overlay = this.#overlays.get(table)
    for (const object of this.#store.all(table)) if (!overlay?.rows.has(object.ID)) yield object
    if (!overlay) return
    for (const object of overlay.rows.values()) if (object) yield object as Tables[T]
  }

  find<T extends TableName>(table: T, index: IndexName<T>, key: string): ReadonlyArray<Tables[T]> {
    const overlay = this.#overlays.get(table)
    if (!overlay) return this.#store.find(table, index, key)
    const found = this.#store.find(table, index, key).filter((object) => !overlay.rows.has(object.ID))
    for (const id of indexOf(overlay, table, index).ids(key)) {
      const object = overlay.rows.get(id)
      if (object) found.push(object as Tables[T])
    }
    return found
  }

  count(table: TableName): number {
    let count = this.#store.count(table)
    for (const [id, object] of this.#overlays.get(table)?.rows ?? []) {
      const stored = this.#store.get(table, id) !== undefined
      if (object && !stored) count++
      else if (!object && stored) count--
    }
    return count
  }

  /** Adds a new object. */
  create<T extends TableName>(table: T, draft: Draft<T>): Tables[T] {
    const before = this.get(table, draft.ID)
    if (before) throw new InvariantViolation(`${table}: ${draft.ID} is there already`, draft)
    // Draft is Tables[T] less exactly the fields given here; the compiler cannot see that through Omit.
    const object = {
      ...draft,
      Version: uncommitted,
      CreatedAt: this.#now,
      UpdatedAt: this.#now,
    } as unknown as Tables[T]
    this.#write(table, object.ID, before, object)
    return object
  }

  /** Replaces an object that is there by a changed one. Its version becomes one that no client can know. */
  update<T extends TableName>(table: T, object: Tables[T]): Tables[T] {
    const before = this.get(table, object.ID)
    if (!before) throw new InvariantViolation(`${table}: ${object.ID} is not there to be updated`, object)
    const after = withFields(object, { Version: uncommitted, CreatedAt: before.CreatedAt, UpdatedAt: this.#now })
    this.#write(table, object.ID, before, after)
    return after
  }

  delete(table: TableName, id: string): void {
    const before = this.get(table, id)
    if (before) this.#write(table, id, before, undefined)
  }

  /** Every write so far, in order, an object as often as it was written. */
  get steps(): ReadonlyArray<Applied> {
    return this.#steps
  }

  savepoint(): Savepoint {
    return { steps: this.#steps.length }
  }

  /** Undoes every write since. */
  rollback(to: Savepoint): void {
    while (this.#steps.length > to.steps) {
      const step = this.#steps.pop()
      if (step) this.#undo(step)
    }
  }

  /** The net effect: the last state of every object touched, without those that were made and deleted within. */
  changeSet(): ChangeSet {
    const changes: Array<Change> = []
    for (const [table, overlay] of this.#overlays) {
      for (const [id, object] of overlay.rows) {
        const before = this.#store.get(table, id)
        if (object === before) continue
        if (object) changes.push({ op: "put", table, object } as Change)
        else changes.push({ op: "delete", table, id })
      }
    }
    return changes
  }

  #write<T extends TableName>(table: T, id: string, before: Tables[T] | undefined, after: Tables[T] | undefined): void {
    this.#steps.push({ table, id, before, after } as Applied)
    this.#place(table, id, after)
  }

  #undo(step: Applied): void {
    this.#place(step.table, step.id, step.before)
  }

  #place<T extends TableName>(table: T, id: string, object: Tables[T] | undefined): void {
    const overlay = this.#overlayOf(table)
    if (overlay.indexes.size > 0) {
      const touched = overlay.rows.get(id) as Tables[T] | undefined
      for (const [name, index] of overlay.indexes)
        if (!touched || !object || !sameKeysOf(table, name)?.(touched, object))
          reindex(table, name, index, touched, object)
    }
    overlay.rows.set(id, object)
  }

  #overlayOf(table: TableName): Overlay {
    const there = this.#overlays.get(table)
    if (there) return there
    const overlay: Overlay = { rows: new Map(), indexes: new Map() }
    this.#overlays.set(table, overlay)
    return overlay
  }
}

/** An index of the touched objects, made when it is first asked for. */
function indexOf<T extends TableName>(overlay: Overlay, table: T, name: IndexName<T>): KeyIndex {
  const there = overlay.indexes.get(name)
  if (there) return there
  const index = new KeyIndex()
  for (const object of overlay.rows.values()) reindex(table, name, index, undefined, object as Tables[T] | undefined)
  overlay.indexes.set(name, index)
  return index
}

/** The version of what is not committed yet: an update that names it, or the one before, is out of sequence. */
const uncommitted = { Index: -1 }
