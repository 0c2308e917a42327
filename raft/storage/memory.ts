import { type Entry, type HardState, type Index, initialHardState, type Save, type Snapshot } from "../types.ts"
import { checkFollows } from "./check-follows.ts"
import type { LogStorage, Stored } from "./log-storage.ts"

/** Keeps everything in memory: for tests, for simulated disks, and for members that may forget. */
export class MemoryLogStorage implements LogStorage {
  #hardState: HardState = initialHardState
  #snapshot: Snapshot | undefined
  #firstIndex: Index = 1
  #entries: Entry[] = []

  load(): Stored {
    const entries = [...this.#entries]
    return { hardState: this.#hardState, ...(this.#snapshot && { snapshot: this.#snapshot }), entries }
  }

  save(save: Save): void {
    const { lastIndex, snapshot, firstIndex } = this
    const after = checkFollows({ firstIndex, lastIndex, snapshotIndex: snapshot?.index ?? 0 }, save)
    if (save.snapshot !== undefined) this.#snapshot = save.snapshot
    if (after.firstIndex > firstIndex) {
      this.#entries.splice(0, after.firstIndex - firstIndex)
      this.#firstIndex = after.firstIndex
    }
    if (save.truncateFrom !== undefined) this.#entries.length = save.truncateFrom - this.#firstIndex
    for (const entry of save.entries) this.#entries.push(entry)
    if (save.hardState !== undefined) this.#hardState = save.hardState
  }

  get hardState(): HardState {
    return this.#hardState
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  get firstIndex(): Index {
    return this.#firstIndex
  }

  get lastIndex(): Index {
    return this.#firstIndex + this.#entries.length - 1
  }

  entry(index: Index): Entry | undefined {
    return this.#entries[index - this.#firstIndex]
  }
}
