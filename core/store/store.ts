import type { Version } from "../model/common.ts"
import { withFields } from "../with-fields.ts"
import { type Applied, type Change, type ChangeSet, decodeChangeSet, encodeChangeSet } from "./change.ts"
import type { Reader } from "./reader.ts"
import { Table } from "./table.ts"
import { type IndexName, type TableName, type Tables, tableNames } from "./tables.ts"
import { Transaction } from "./transaction.ts"

type TableMap = { readonly [T in TableName]: Table<T> }

/**
 * The cluster's objects as committed. It changes only by applying change sets in the order of the log, so that every member that
 * applied the same entries holds the same objects with the same versions.
 */
export class ClusterStore implements Reader {
  readonly #tables: TableMap = {
    clusters: new Table("clusters"),
    nodes: new Table("nodes"),
    services: new Table("services"),
    specs: new Table("specs"),
    tasks: new Table("tasks"),
    networks: new Table("networks"),
    secrets: new Table("secrets"),
    configs: new Table("configs"),
    answers: new Table("answers"),
  }
  #index = 0

  /** The log index of the last change set applied. */
  get index(): number {
    return this.#index
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.table(table).get(id)
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.table(table).values()
  }

  find<T extends TableName>(table: T, index: IndexName<T>, key: string): ReadonlyArray<Tables[T]> {
    const rows = this.table(table)
    const found: Array<Tables[T]> = []
    for (const id of rows.ids(index, key)) {
      const object = rows.get(id)
      if (object) found.push(object)
    }
    return found
  }

  count(table: TableName): number {
    return this.#tables[table].size
  }

  table<T extends TableName>(name: T): Table<T> {
    return this.#tables[name]
  }

  begin(now: number): Transaction {
    return new Transaction(this, now)
  }

  /** Applies what an entry holds. Every object written gets the entry's index as its version. */
  apply(changes: ChangeSet, index: number): ReadonlyArray<Applied> {
    const version = { Index: index }
    const applied = changes.map((change) => this.#applyOne(change, version))
    this.#index = index
    return applied
  }

  #applyOne(change: Change, version: Version): Applied {
    if (change.op === "delete") {
      const before = this.table(change.table).delete(change.id)
      return { table: change.table, id: change.id, before, after: undefined } as Applied
    }
    // The compiler cannot follow that table and object of one change belong together; Change says so.
    const table = this.table(change.table) as Table<TableName>
    const after = withFields(change.object, { Version: version })
    const before = table.put(after)
    return { table: change.table, id: after.ID, before, after } as Applied
  }

  /** Everything, as bytes: the index, then every object with its version. */
  encode(): Uint8Array {
    const changes: Array<Change> = []
    for (const name of tableNames) {
      for (const object of this.all(name)) changes.push({ op: "put", table: name, object } as Change)
    }
    const body = encodeChangeSet(changes)
    const bytes = new Uint8Array(8 + body.length)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(this.#index))
    bytes.set(body, 8)
    return bytes
  }

  static decode(bytes: Uint8Array): ClusterStore {
    const store = new ClusterStore()
    const index = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
    for (const change of decodeChangeSet(bytes.subarray(8))) {
      if (change.op === "put") (store.table(change.table) as Table<TableName>).put(change.object)
    }
    store.#index = index
    return store
  }
}
