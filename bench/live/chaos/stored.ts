import { tableNames } from "../../../core/store/tables.ts"

/** Every object that a manager has on its disk, by table and ID: its version, and what it says where that is not sealed. */
export async function storeOf(databasePath: string): Promise<ReadonlyMap<string, string>> {
  const { default: Database } = await import("better-sqlite3")
  const database = new Database(databasePath, { readonly: true })
  try {
    const objects = new Map<string, string>()
    for (const table of tableNames) {
      for (const row of database.prepare(`SELECT id, version, json FROM ${table}`).raw().iterate()) {
        const [id, version, json]: Array<unknown> = Array.isArray(row) ? row : []
        objects.set(`${table} ${id}`, `${version} ${typeof json === "string" ? json : ""}`)
      }
    }
    return objects
  } finally {
    database.close()
  }
}
