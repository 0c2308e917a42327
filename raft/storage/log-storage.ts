import type { Entry, HardState, Save } from "../types.ts"

export interface Stored {
  readonly hardState: HardState
  /** Consecutive, from index 1 on. */
  readonly entries: ReadonlyArray<Entry>
}

/** Where a member keeps what it must find again after a crash. */
export interface LogStorage {
  /** What is durable. A storage that was never written gives the initial hard state and no entries. */
  load(): Stored
  /**
   * Applies one save, all or nothing, and returns when it is durable. Throws InvariantViolation, and changes nothing, when the entries do
   * not follow what is stored: a log with a hole must never come to be.
   */
  save(save: Save): void
}
