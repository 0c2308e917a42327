import { type Database, Sqlite } from "./better-sqlite3.ts"

/**
 * Keeps other processes from running the same member, for as long as the result is open. An empty database beside the
 * real one is locked, not the real one: that stays open to readers. The lock goes with the process, however that ends.
 */
export function lockBeside(path: string): Database {
  const lock = new Sqlite(`${path}-lock`, { timeout: 0 })
  try {
    // Nothing is ever written to it, so there is nothing to roll back after a crash.
    lock.pragma("journal_mode = MEMORY")
    lock.exec("BEGIN EXCLUSIVE")
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}
