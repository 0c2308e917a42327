import { type TableName, tableNames } from "../../../core/store/tables.ts"
import type { Database } from "../../../raft/storage/sqlite.ts"

/** Of the tables below. Rows of another format are not read but made anew, as all that they hold is in the snapshot and the log. */
const rowsFormat = 1

/** Tables whose objects hold secrets, or may: their JSON is sealed when the storage is. */
export const sealedTables: ReadonlySet<TableName> = new Set(["clusters", "secrets", "configs", "answers"])

/** What people ask for most, as columns that take no room: sqlite looks into the JSON when they are read. */
const shown: { readonly [T in TableName]?: Readonly<Record<string, string>> } = {
  nodes: { role: "$.Spec.Role", availability: "$.Spec.Availability", state: "$.Status.State" },
  services: { image: "$.Spec.TaskTemplate.ContainerSpec.Image", replicas: "$.Spec.Mode.Replicated.Replicas" },
  tasks: {
    service_id: "$.ServiceID",
    slot: "$.Slot",
    node_id: "$.NodeID",
    desired_state: "$.DesiredState",
    state: "$.Status.State",
  },
  networks: { driver: "$.Spec.Driver" },
}

/** `version` is the index of the entry that last wrote the object. `json` is the object as text or, sealed, a blob. */
function definitionOf(table: TableName): string {
  const more = Object.entries(shown[table] ?? {}).map(
    ([column, path]) => `, ${column} ANY AS (json_extract(json, '${path}')) VIRTUAL`,
  )
  return `CREATE TABLE ${table} (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, name TEXT, json ANY NOT NULL${more.join("")}
  ) STRICT, WITHOUT ROWID;`
}

/** Makes the tables unless they are there in this format. Returns whether it made them: they are empty then. */
export function prepareTables(database: Database): boolean {
  return database
    .transaction(() => {
      database.exec("CREATE TABLE IF NOT EXISTS cluster_rows (id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER)")
      const format = database.prepare("SELECT format FROM cluster_rows").pluck().get()
      if (format === rowsFormat) return false
      for (const table of tableNames) database.exec(`DROP TABLE IF EXISTS ${table}; ${definitionOf(table)}`)
      database.prepare("INSERT OR REPLACE INTO cluster_rows VALUES (1, ?)").run(rowsFormat)
      return true
    })
    .immediate()
}
