import { type Database, Sqlite } from "./better-sqlite3.ts"
import { StorageError } from "./error.ts"
import { Mark } from "./mark.ts"
import { migrate, schemaVersion } from "./schema.ts"
import { checkSeal, type Sealing } from "./sealing.ts"
import { readState, type StateRow } from "./state-row.ts"

export interface Opened {
  readonly database: Database
  readonly mark: Mark
  readonly state: StateRow
}

/**
 * Opens the file, makes it if there is none, and finds out whether everything that was acknowledged is there. A save that was under way at a
 * crash is either there as a whole or was cut by sqlite.
 */
export function openDatabase(path: string, timeout_ms: number, sealing: Sealing | undefined): Opened {
  const markPath = `${path}-mark`
  const marked = Mark.read(markPath)
  const database = new Sqlite(path, { timeout: timeout_ms })
  try {
    configure(database, path)
    const found = migrate(database)
    if (found > schemaVersion) {
      throw new StorageError(
        "failed",
        path,
        `it is of format ${found}, and this program knows ${schemaVersion} at most`,
      )
    }
    const state = readState(database)
    if (state === "damaged") throw new StorageError("damaged", path, "the row of raft_state is not as it was written")
    checkMark(path, marked, state.saves)
    if (!checkSeal(database, sealing)) throw new StorageError("sealed", path, "it is sealed with another key")
    return { database, mark: Mark.open(markPath, state.saves, marked === undefined), state }
  } catch (error) {
    database.close()
    throw error
  }
}

function configure(database: Database, path: string): void {
  const mode = database.pragma("journal_mode = WAL", { simple: true })
  // Without WAL, every commit would take several flushes, and readers would stop the member.
  if (mode !== "wal") throw new StorageError("read-only", path, `sqlite keeps its journal as "${mode}", not as WAL`)
  // A commit is on the disk when it returns.
  database.pragma("synchronous = FULL")
}

function checkMark(path: string, marked: number | "damaged" | undefined, saves: number): void {
  if (marked === "damaged") throw new StorageError("damaged", path, `${path}-mark holds no number of saves`)
  if (marked === undefined && saves > 0) {
    throw new StorageError(
      "damaged",
      path,
      `${path}-mark is missing, so whether all ${saves} saves are here is not known`,
    )
  }
  if (marked !== undefined && marked > saves) {
    throw new StorageError("damaged", path, `${marked} saves were acknowledged, and only ${saves} are here`)
  }
}
