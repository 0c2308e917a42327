import { InvariantViolation } from "../invariant.ts"
import type { Index, Save } from "../types.ts"
import { checkFollows } from "./check-follows.ts"
import type { LogStorage, Stored } from "./log-storage.ts"
import type { Database } from "./sqlite/better-sqlite3.ts"
import { StorageError, storageErrorOf } from "./sqlite/error.ts"
import { lockBeside } from "./sqlite/lock.ts"
import { DamagedRow } from "./sqlite/log-rows.ts"
import type { Mark } from "./sqlite/mark.ts"
import { openDatabase } from "./sqlite/open.ts"
import { readStored } from "./sqlite/read.ts"
import type { Sealing } from "./sqlite/sealing.ts"
import type { StateRow } from "./sqlite/state-row.ts"
import { NotOurs, type Transaction, transactionOn } from "./sqlite/writes.ts"

export type { Database } from "./sqlite/better-sqlite3.ts"
export { StorageError, type StorageFault } from "./sqlite/error.ts"
export type { Sealing } from "./sqlite/sealing.ts"

export interface SqliteLogStorageOptions {
  /** How long to wait for another process that writes to the database; nothing else happens meanwhile. Milliseconds, 100 unless told. */
  readonly timeout_ms?: number
  /** Seals the entries and the snapshot's data. What was stored open before can still be read. */
  readonly sealing?: Sealing | undefined
}

/** What the application makes durable along with saves. */
export interface Along {
  /** Writes the application's own tables. Called within the transaction; what it throws undoes all of it. */
  write(): void
  /** The tables then hold what the entries up to here did. Never goes back; in the log, or in the snapshot, by then. */
  readonly applied?: Index
}

/**
 * Keeps a member's log in a sqlite database, in tables whose names begin with raft_; the rest of the database is the application's.
 * Beside it: sqlite's own -wal and -shm, -mark (mark.ts) and -lock (lock.ts). Every method throws StorageError when the medium
 * does not do what it must.
 */
export class SqliteLogStorage implements LogStorage {
  /** For the application's own tables. Its writes belong into saveAll(). */
  readonly database: Database
  readonly #path: string
  readonly #sealing: Sealing | undefined
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
    const { timeout_ms = 100, sealing } = options
    this.#path = path
    this.#sealing = sealing
    let close = () => {}
    try {
      this.#lock = lockBeside(path)
      close = () => this.#lock.close()
      const { database, mark, state } = openDatabase(path, timeout_ms, sealing)
      close = () => this.close()
      this.database = database
      this.#mark = mark
      this.#state = state
      this.#found = this.#read()
      this.#transaction = transactionOn(database, sealing)
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

  /** Up to where the application's tables go, as it said along with a save; 0 if it never did. */
  get applied(): Index {
    return this.#state.applied
  }

  save(save: Save): void {
    this.saveAll([save])
  }

  /** Several saves, in their order, and what goes along with them, in one transaction: durable with one flush, all or none. */
  saveAll(saves: ReadonlyArray<Save>, along?: Along): void {
    if (this.#broken !== undefined) throw this.#broken
    const before = this.#state
    let { hardState, extent } = before
    // All are checked before the first is written.
    for (const save of saves) {
      extent = checkFollows(extent, save)
      hardState = save.hardState ?? hardState
    }
    const applied = along?.applied ?? before.applied
    if (applied < before.applied || applied > extent.lastIndex)
      throw new InvariantViolation("what is applied goes back, or is not in the log", { applied, before, extent })
    // What was applied was committed, so a member that starts again knows at least that.
    if (applied > hardState.commit) hardState = { ...hardState, commit: applied }
    const after = { saves: before.saves + 1, hardState, extent, applied }
    try {
      this.#transaction(saves, after, along && (() => along.write()))
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
    const stored = readStored(this.database, this.#state, this.#sealing)
    if ("damage" in stored) throw new StorageError("damaged", this.#path, stored.damage)
    return stored
  }

  /** A full disk or a lock leaves all as it was, so the next save may succeed. After anything else of the medium, nobody knows. */
  #failed(error: unknown): unknown {
    const cause = { cause: error }
    const known =
      error instanceof NotOurs
        ? new StorageError("locked", this.#path, error.message, cause)
        : error instanceof DamagedRow
          ? new StorageError("damaged", this.#path, error.message, cause)
          : storageErrorOf(error, this.#path)
    if (known instanceof StorageError && (known.fault === "failed" || known.fault === "damaged")) this.#broken = known
    return known
  }
}
