import type { Entry, HardState, Save, Snapshot } from "../types.ts"

export interface Stored {
  readonly hardState: HardState
  /** Absent when none was ever saved. */
  readonly snapshot?: Snapshot | undefined
  /** Consecutive. The first has index 1, or some index up to the one after the snapshot's: some entries from before it may be kept. */
  readonly entries: ReadonlyArray<Entry>
}

/** Where a member keeps what it must find again after a crash. */
export interface LogStorage {
  /** What is durable. A storage that was never written gives the initial hard state, no snapshot and no entries. */
  load(): Stored
  /**
   * Applies one save, all or nothing, and returns when it is durable. Throws InvariantViolation, and changes nothing, when checkFollows() does: a
   * log with a hole must never come to be. Any other error means that the medium refused: nothing of this save or any later one may be
   * durable until the member asks again.
   */
  save(save: Save): void
}
