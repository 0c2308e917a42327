import { rmSync } from "node:fs"
import { type Applied, decodeChangeSet } from "../../../core/store/change.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Index, Save, Stored } from "../../../raft/index.ts"
import { type Sealing, SqliteLogStorage } from "../../../raft/storage/sqlite.ts"
import { ClusterRows, type RowChange } from "./cluster-rows.ts"
import { prepareTables } from "./schema.ts"

export type { Sealing } from "../../../raft/storage/sqlite.ts"

export interface ManagerStorageOptions {
  /** How long to wait for another process that writes to the database; nothing else happens meanwhile. Milliseconds, 100 unless told. */
  readonly timeout_ms?: number
  /** Seals the log, the snapshot, and the rows of tables that may hold secrets. */
  readonly sealing?: Sealing | undefined
}

/**
 * All that a manager keeps, in one sqlite database: what Raft must find again, and the cluster's objects as tables. What an entry did
 * to the objects is written in the transaction of the next save, so that applying costs no flush of its own. After a crash the rows may be
 * behind the log, never ahead of it: what they lack is applied again. Every method throws StorageError when the medium
 * does not do what it must.
 */
export class ManagerStorage {
  readonly #log: SqliteLogStorage
  readonly #rows: ClusterRows
  /** Applied and not written yet; the latest change of each object. */
  readonly #pending = new Map<string, RowChange>()
  /** The rows with what is pending hold what the entries up to here did. */
  #applied: Index

  constructor(path: string, options: ManagerStorageOptions = {}) {
    this.#log = new SqliteLogStorage(path, options)
    try {
      const empty = prepareTables(this.#log.database)
      this.#rows = new ClusterRows(this.#log.database, options.sealing)
      this.#applied = this.#log.applied
      if (empty) this.#restoreRows()
    } catch (error) {
      this.#log.close()
      throw error
    }
  }

  /** What the manager begins with. All that the rows hold counts as committed. */
  load(): Stored {
    return this.#log.load()
  }

  /** Up to where the rows go that are durable. */
  get applied(): Index {
    return this.#log.applied
  }

  /** An entry was applied: the manager's output `applied`. What the rows have already, from before a restart, is passed over. */
  note(index: Index, changes: ReadonlyArray<Applied>): void {
    if (index <= this.#applied) return
    this.#applied = index
    for (const { table, id, after } of changes) this.#pending.set(`${table} ${id}`, { table, id, after })
  }

  /** Makes saves durable, in their order, and what was applied until now: in one transaction, with one flush, all or nothing. */
  save(saves: ReadonlyArray<Save>): void {
    const snapshot = saves.findLast((save) => save.snapshot !== undefined)?.snapshot
    // One that goes further than what was applied came from another manager, and stands for all that it skips.
    const received = snapshot !== undefined && snapshot.index > this.#applied ? snapshot : undefined
    const applied = received?.index ?? this.#applied
    const write = () => {
      if (received) this.#rows.replace(ClusterStore.decode(received.data))
      else this.#rows.write(this.#pending.values())
    }
    this.#log.saveAll(saves, { applied, write })
    this.#applied = applied
    this.#pending.clear()
  }

  /**
   * Writes what was applied though there is nothing to save. For a driver that has been idle for a moment: in a cluster at rest no
   * next save comes. Returns whether there was anything.
   */
  settle(): boolean {
    if (this.#applied === this.#log.applied) return false
    this.save([])
    return true
  }

  /** Writes the rows anew that are not as in the manager's store, which must have applied the same entries; returns which. */
  mend(store: ClusterStore): ReadonlyArray<RowChange> {
    this.settle()
    const differences = this.#rows.differences(store)
    if (differences.length > 0) {
      this.#log.saveAll([], { applied: this.#applied, write: () => this.#rows.write(differences) })
    }
    return differences
  }

  close(): void {
    this.#log.close()
  }

  /** The tables are new, the log perhaps not: they come to be what the log says up to its commit index. */
  #restoreRows(): void {
    const { snapshot, entries, hardState } = this.#log.load()
    const store = snapshot ? ClusterStore.decode(snapshot.data) : new ClusterStore()
    const applied = Math.max(hardState.commit, snapshot?.index ?? 0)
    if (applied === 0) return
    for (const { index, kind, data } of entries) {
      if (index <= (snapshot?.index ?? 0) || index > applied) continue
      if (kind === "command" && data.length > 0) store.apply(decodeChangeSet(data), index)
    }
    this.#log.saveAll([], { applied, write: () => this.#rows.replace(store) })
    this.#applied = applied
  }
}

/** Removes the database at this path and the files beside it, which no process may have open. */
export function removeManagerStorage(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-mark", "-lock"]) rmSync(`${path}${suffix}`, { force: true })
}
