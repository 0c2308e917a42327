import type { Ticket } from "./io.ts"
import type { Index, Snapshot } from "./types.ts"

/** What a save has to do with a log, besides the entries from `from` on. */
export interface SavePlan {
  readonly from: Index
  readonly truncateFrom: Index | undefined
  readonly snapshot: Snapshot | undefined
  readonly compactTo: Index | undefined
}

interface Asked {
  readonly ticket: Ticket
  /** The disk equals the log up to here once this save is durable. Falls when entries are replaced meanwhile. */
  valid: Index
  /** Where the disk's log then ends. */
  readonly end: Index
  readonly snapshot: Snapshot | undefined
  readonly compactTo: Index | undefined
}

/** How much of a log is on the disk: what is there, what was asked for, and what is in no save yet. */
export class Durability {
  /** The disk equals the log up to here. */
  #durable: Index
  /** Where the disk's log ends, by the saves that are durable. */
  #end: Index
  /** The same, by all that were asked for. */
  #askedEnd: Index
  /** The first entry that no save holds. */
  #unsaved: Index
  #snapshot: Snapshot | undefined
  #compactTo: Index | undefined
  readonly #asked: Asked[] = []

  constructor(lastIndex: Index) {
    this.#durable = lastIndex
    this.#end = lastIndex
    this.#askedEnd = lastIndex
    this.#unsaved = lastIndex + 1
  }

  get durable(): Index {
    return this.#durable
  }

  /** Whether a log that ends at `lastIndex` has anything that no save holds. */
  hasUnsaved(lastIndex: Index): boolean {
    return this.#unsaved <= lastIndex || this.#snapshot !== undefined || this.#askedEnd >= this.#unsaved
  }

  /** The entries from `from` on are no longer the log's. */
  truncated(from: Index): void {
    if (from < this.#unsaved) this.#unsaved = from
    if (this.#durable >= from) this.#durable = from - 1
    for (const asked of this.#asked) asked.valid = Math.min(asked.valid, from - 1)
  }

  /** The log has a new snapshot, and no longer the entries up to `compactTo`. */
  compacted(snapshot: Snapshot, compactTo: Index): void {
    this.#snapshot = snapshot
    this.#compactTo = compactTo
    if (this.#unsaved <= compactTo) this.#unsaved = compactTo + 1
  }

  /** Everything up to `lastIndex` will be held by the save of this ticket. */
  start(ticket: Ticket, lastIndex: Index): SavePlan {
    const from = this.#unsaved
    const snapshot = this.#snapshot
    const compactTo = this.#compactTo
    const truncateFrom = this.#askedEnd >= from ? from : undefined
    this.#snapshot = undefined
    this.#compactTo = undefined
    this.#unsaved = lastIndex + 1
    this.#askedEnd = lastIndex
    this.#asked.push({ ticket, valid: lastIndex, end: lastIndex, snapshot, compactTo })
    return { from, truncateFrom, snapshot, compactTo }
  }

  /** The saves up to this ticket are durable. */
  saved(ticket: Ticket): void {
    let oldest = this.#asked[0]
    while (oldest !== undefined && oldest.ticket <= ticket) {
      if (oldest.valid > this.#durable) this.#durable = oldest.valid
      this.#end = oldest.end
      this.#asked.shift()
      oldest = this.#asked[0]
    }
  }

  /** The save of this ticket and those after it will never be durable; what they held is in no save again. `offset`: see Entries. */
  failed(ticket: Ticket, offset: Index): void {
    let latest = this.#asked.at(-1)
    while (latest !== undefined && latest.ticket >= ticket) {
      this.#snapshot ??= latest.snapshot
      this.#compactTo ??= latest.compactTo
      this.#asked.pop()
      latest = this.#asked.at(-1)
    }
    this.#askedEnd = latest?.end ?? this.#end
    this.#unsaved = Math.max(latest?.valid ?? this.#durable, offset) + 1
  }
}
