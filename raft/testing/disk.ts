import type { SaveOutput, Ticket } from "../io.ts"
import type { Stored } from "../storage/log-storage.ts"
import { MemoryLogStorage } from "../storage/memory.ts"
import type { Entry } from "../types.ts"

/** A member's disk: what is on it, and what it was asked to write and has not written yet. It outlives the process. */
export class Disk {
  readonly #storage = new MemoryLogStorage()
  #writing: SaveOutput[] = []
  /** Writes only when told to, rather than at once. */
  slow = false

  constructor({ hardState, entries }: Stored) {
    this.#storage.save({ hardState, entries })
  }

  get writing(): ReadonlyArray<SaveOutput> {
    return this.#writing
  }

  load(): Stored {
    return this.#storage.load()
  }

  ask(save: SaveOutput): void {
    this.#writing.push(save)
  }

  /** The oldest save becomes durable. */
  write(): SaveOutput | undefined {
    const save = this.#writing.shift()
    if (save !== undefined) this.#storage.save(save)
    return save
  }

  /** What was asked for and is not written never will be. Returns the ticket of the first such save. */
  forget(): Ticket | undefined {
    const ticket = this.#writing[0]?.ticket
    this.#writing = []
    return ticket
  }
}

/** The log that a process has in memory, as its saves tell. */
export class LogView {
  entries: ReadonlyArray<Entry>

  constructor(entries: ReadonlyArray<Entry>) {
    this.entries = entries
  }

  ask({ entries, truncateFrom, compactTo = 0 }: SaveOutput): void {
    const end = truncateFrom ?? entries[0]?.index ?? Number.POSITIVE_INFINITY
    this.entries = [...this.entries.filter(({ index }) => index > compactTo && index < end), ...entries]
  }
}
