import { InvariantViolation } from "../invariant.ts"
import { type Entry, type HardState, initialHardState, type Save } from "../types.ts"
import type { LogStorage, Stored } from "./log-storage.ts"

/** Keeps everything in memory: for tests, for simulated disks, and for members that may forget. */
export class MemoryLogStorage implements LogStorage {
  #hardState: HardState = initialHardState
  readonly #entries: Entry[] = []

  load(): Stored {
    return { hardState: this.#hardState, entries: [...this.#entries] }
  }

  save(save: Save): void {
    checkFollows(this.#entries.length, save)
    if (save.truncateFrom !== undefined) this.#entries.length = save.truncateFrom - 1
    for (const entry of save.entries) this.#entries.push(entry)
    if (save.hardState !== undefined) this.#hardState = save.hardState
  }

  get hardState(): HardState {
    return this.#hardState
  }

  get lastIndex(): number {
    return this.#entries.length
  }

  entry(index: number): Entry | undefined {
    return this.#entries[index - 1]
  }
}

/** Throws InvariantViolation unless the save leaves a log without holes, given the last index that is stored. For every storage. */
export function checkFollows(lastIndex: number, save: Save): void {
  const { truncateFrom, entries } = save
  if (truncateFrom !== undefined && (truncateFrom < 1 || truncateFrom > lastIndex)) {
    throw new InvariantViolation("a save cuts where there is no log", { lastIndex, truncateFrom })
  }
  let expected = (truncateFrom ?? lastIndex + 1) - 1
  for (const { index } of entries) {
    if (index !== ++expected)
      throw new InvariantViolation("a save leaves a hole in the log", { lastIndex, index, expected })
  }
}
