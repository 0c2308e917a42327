import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import {
  SqliteLogStorage,
  type SqliteLogStorageOptions,
  StorageError,
  type StorageFault,
} from "../../../../raft/storage/sqlite.ts"
import type { Entry, Index, Term } from "../../../../raft/types.ts"

/** A path in a folder that is gone when the test has finished. */
export function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "drydock-raft-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, "manager.db")
}

/** A storage that is closed when the test has finished. */
export function opened(path: string, options: SqliteLogStorageOptions = {}): SqliteLogStorage {
  const storage = new SqliteLogStorage(path, options)
  onTestFinished(() => storage.close())
  return storage
}

export const entryOf = (index: Index, term: Term, bytes = 5): Entry => ({
  index,
  term,
  kind: "command",
  data: new Uint8Array(bytes).fill(index),
})

/** Entries of one term, from an index to another, both included. */
export const entriesOf = (from: Index, to: Index, term: Term = 1): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entryOf(from + i, term))

/** What the storage says is wrong when `act` is done: the fault, and its words. */
export function faultOf(act: () => unknown): { readonly fault: StorageFault; readonly message: string } | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof StorageError) return { fault: error.fault, message: error.message }
    throw error
  }
}
