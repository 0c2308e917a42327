import type { Save } from "../types.ts"
import { checkFollows } from "./check-follows.ts"
import type { LogStorage, Stored } from "./log-storage.ts"
import type { Database } from "./sqlite/better-sqlite3.ts"
import { StorageError, storageErrorOf } from "./sqlite/error.ts"
import { lockBeside } from "./sqlite/lock.ts"
import type { Mark } from "./sqlite/mark.ts"
import { openDatabase } from "./sqlite/open.ts"
import { readStored } from "./sqlite/read.ts"
import type { StateRow } from "./sqlite/state-row.ts"
import { NotOurs, type Transaction, transactionOn } from "./sqlite/writes.ts"

export type { Database } from "./sqlite/better-sqlite3.ts"
export { StorageError, type StorageFault } from "./sqlite/error.ts"

export interface SqliteLogStorageOptions {
  /** How long to wait for another process that writes to the database; nothing else happens meanwhile. Milliseconds, 100 unless told. */
  readonly timeout_ms?: number
}

/**
 * Keeps a member's log in a sqlite database, in tables whose names begin with raft_; the rest of the database is the application's.
 * Beside it: sqlite's own -wal and -shm, -mark (mark.ts) and -lock (lock.ts). Every method throws StorageError when the medium
 * does not do what it must.
 */
export class SqliteLogStorage implements LogStorage {
  /** For the application's own tables. Its writes belong into saveWith(). */
  readonly database: Database
  readonly #path: string
  readonly #lock: Database
  readonly #mark: Mark
  readonly #transaction: Transaction
  #state: StateRow
  /** What opening has read already; what is saved later is not in it. */
  #found: Stored | undefined
  /** Set once what is durable is not known any more: nothing is saved until the file is opened again. */
  #broken: unknown

  /** Opens or makes the database, and reads and checks all that is stored. */
  constructor(path: string, options: SqliteLogStorageOptions = {}) {
    this.#path = path
    let close = () => {}
    try {
      this.#lock = lockBeside(path)
      close = () => this.#lock.close()
      const { database, mark, state } = openDatabase(path, options.timeout_ms ?? 100)
      close = () => this.close()
      this.database = database
      this.#mark = mark
      this.#state = state
      this.#found = this.#read()
      this.#transaction = transactionOn(database)
    } catch (error) {
      close()
      // The statements so far are ours: if one makes no sense to sqlite, the tables are not as they were made.
      throw storageErrorOf(error, path, "damaged")
    }
  }

  load(): Stored {
    try {
      const stored = this.#found ?? this.#read()
      this.#found = undefined
      return stored
    } catch (error) {
      throw storageErrorOf(error, this.#path, "damaged")
    }
  }

  save(save: Save): void {
    this.saveAll([save])
  }

  /** Saves, and makes what `also` writes to the database part of the same transaction: both are durable, or neither. */
  saveWith(save: Save, also: (database: Database) => void): void {
    this.saveAll([save], also)
  }

  /** Several saves, in their order, in one transaction: durable with one flush, all or none. */
  saveAll(saves: ReadonlyArray<Save>, also?: (database: Database) => void): void {
    if (this.#broken !== undefined) throw this.#broken
    const before = this.#state
    let { hardState, extent } = before
    // All are checked before the first is written.
    for (const save of saves) {
      extent = checkFollows(extent, save)
      hardState = save.hardState ?? hardState
    }
    const after = { saves: before.saves + 1, hardState, extent }
    try {
      this.#transaction(saves, after, also)
      this.#mark.write(after.saves)
    } catch (error) {
      throw this.#failed(error)
    }
    this.#state = after
    this.#found = undefined
  }

  close(): void {
    this.#mark.close()
    this.database.close()
    this.#lock.close()
  }

  #read(): Stored {
    const stored = readStored(this.database, this.#state)
    if ("damage" in stored) throw new StorageError("damaged", this.#path, stored.damage)
    return stored
  }

  /** A full disk or a lock leaves all as it was, so the next save may succeed. After anything else of the medium, nobody knows. */
  #failed(error: unknown): unknown {
    const known =
      error instanceof NotOurs
        ? new StorageError("locked", this.#path, error.message, { cause: error })
        : storageErrorOf(error, this.#path)
    if (known instanceof StorageError && (known.fault === "failed" || known.fault === "damaged")) this.#broken = known
    return known
  }
}
