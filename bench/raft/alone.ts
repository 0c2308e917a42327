// What better-sqlite3 does by itself with the same entries in the same transactions: says how many milliseconds it took.
import { parentPort, workerData } from "node:worker_threads"
import { Sqlite } from "../../raft/storage/sqlite/better-sqlite3.ts"

export interface AloneData {
  readonly path: string
  readonly payload: number
  /** Entries of each transaction. */
  readonly batches: ReadonlyArray<number>
}

const { path, payload, batches }: AloneData = workerData
const database = new Sqlite(path)
database.pragma("journal_mode = WAL")
database.pragma("synchronous = FULL")
database.exec("CREATE TABLE entries (log_index INTEGER PRIMARY KEY, entry BLOB NOT NULL)")
const statement = database.prepare("INSERT INTO entries VALUES (?, ?)")
let index = 0
const write = database.transaction((size: number) => {
  for (let i = 0; i < size; i++) statement.run(++index, new Uint8Array(payload).fill(index))
})
const before = performance.now()
for (const size of batches) write.immediate(size)
const took_ms = performance.now() - before
database.close()
parentPort?.postMessage(took_ms)
