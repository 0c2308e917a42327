import type { Task } from "../../../core/model/index.ts"
import { specId } from "../../../core/model/task.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import { type TableName, type Tables, tableNames } from "../../../core/store/tables.ts"
import type { Database, Sealing } from "../../../raft/storage/sqlite.ts"
import { nameOf } from "./name.ts"
import { sealedTables } from "./schema.ts"

/** An object as it is after the changes; undefined: deleted. */
export interface RowChange {
  readonly table: TableName
  readonly id: string
  readonly after: Tables[TableName] | undefined
}

interface Statements {
  put(object: Tables[TableName], name: string | undefined, json: string | Uint8Array): void
  delete(id: string): void
}

/**
 * The cluster's objects as rows, for whoever opens the database with any tool. Nothing is decided from them: a manager begins
 * with its snapshot and its log, which are checksummed. All that writes here belongs into a transaction of the storage.
 */
export class ClusterRows {
  readonly #database: Database
  readonly #sealing: Sealing | undefined
  readonly #statements: ReadonlyMap<TableName, Statements>

  constructor(database: Database, sealing: Sealing | undefined) {
    this.#database = database
    this.#sealing = sealing
    this.#statements = new Map(tableNames.map((table) => [table, statementsOf(database, table)]))
  }

  /** At most one change an object. */
  write(changes: Iterable<RowChange>): void {
    // What is referred to before what refers to it: a task's name is looked up in its spec.
    const inOrder = [...changes].sort((a, b) => order(a.table) - order(b.table))
    for (const { table, id, after } of inOrder) {
      if (after === undefined) this.#statements.get(table)?.delete(id)
      else this.#put(table, after)
    }
  }

  /** Every row, as the store has it. */
  replace(store: ClusterStore): void {
    for (const table of tableNames) {
      this.#database.exec(`DELETE FROM ${table}`)
      for (const object of store.all(table)) this.#put(table, object)
    }
  }

  /** What differs between the rows and the store. */
  differences(store: ClusterStore): ReadonlyArray<RowChange> {
    return tableNames.flatMap((table) => {
      const wanted = new Map(Array.from(store.all(table), (object) => [object.ID, object]))
      const gone: RowChange[] = []
      for (const [id, json] of this.#read(table)) {
        const object = wanted.get(id)
        if (object === undefined) gone.push({ table, id, after: undefined })
        else if (json === JSON.stringify(object)) wanted.delete(id)
      }
      return [...gone, ...Array.from(wanted.values(), (after) => ({ table, id: after.ID, after }))]
    })
  }

  /** IDs and JSON, as it was before it was sealed. */
  *#read(table: TableName): Iterable<[id: string, json: string | undefined]> {
    for (const row of this.#database.prepare(`SELECT id, json FROM ${table}`).raw().iterate()) {
      const [id, json]: unknown[] = Array.isArray(row) ? row : []
      const opened = json instanceof Uint8Array ? this.#sealing?.open(json) : undefined
      yield [String(id), typeof json === "string" ? json : opened && decoder.decode(opened)]
    }
  }

  #put(table: TableName, object: Tables[TableName]): void {
    const json = JSON.stringify(object)
    const sealed = sealedTables.has(table) ? this.#sealing?.seal(encoder.encode(json)) : undefined
    this.#statements.get(table)?.put(object, nameOf(table, object), sealed ?? json)
  }
}

function statementsOf(database: Database, table: TableName): Statements {
  const remove = database.prepare<[string]>(`DELETE FROM ${table} WHERE id = ?`)
  if (table === "tasks") {
    const put = database.prepare<[string, number, string, string, string | Uint8Array]>(
      `INSERT OR REPLACE INTO tasks (id, version, name, json)
        VALUES (?, ?, (SELECT name FROM specs WHERE id = ?) || '.' || ?, ?)`,
    )
    return {
      put(object, _, json) {
        const task = object as Task
        const spec = specId(task.ServiceID, task.SpecVersion)
        put.run(task.ID, task.Version.Index, spec, String(task.Slot ?? task.NodeID), json)
      },
      delete: (id) => void remove.run(id),
    }
  }
  const put = database.prepare<[string, number, string | null, string | Uint8Array]>(
    `INSERT OR REPLACE INTO ${table} (id, version, name, json) VALUES (?, ?, ?, ?)`,
  )
  return {
    put: (object, name, json) => void put.run(object.ID, object.Version.Index, name ?? null, json),
    delete: (id) => void remove.run(id),
  }
}

const places = new Map(tableNames.map((table, place) => [table, place]))
const order = (table: TableName): number => places.get(table) ?? 0

const encoder = new TextEncoder()
const decoder = new TextDecoder()
