import { InvariantViolation } from "./invariant.ts"
import type { Ticket } from "./io.ts"
import type { Entry, Index, Term } from "./types.ts"

/** Accounting for an entry beyond its data: index, term and framing. */
const entryOverhead_bytes = 16

/**
 * A member's log in memory, and how much of it is where. Always:
 *
 *     delivered <= min(commit, durable), and commit <= lastIndex, durable <= lastIndex
 *
 * Entries never change once made; only the tail after `commit` is ever replaced.
 */
export class Log {
  readonly #entries: Entry[]
  /** Handed out to be applied, up to here. */
  #delivered: Index
  #commit: Index
  /** On this member's disk, up to here. */
  #durable: Index
  /** The first entry that no save holds yet. */
  #unsaved: Index
  /** Where the next save must cut first, when something that an earlier save held was replaced. */
  #truncateFrom: Index | undefined
  /** Saves that were asked for and not answered, and the last index of each that is still in the log as saved. */
  readonly #saving: { ticket: Ticket; lastIndex: Index }[] = []
  #lastSlice: { from: Index; to: Index; entries: ReadonlyArray<Entry> } | undefined

  constructor(entries: ReadonlyArray<Entry>, commit: Index, applied: Index) {
    this.#entries = [...entries]
    this.#commit = Math.max(commit, applied)
    this.#delivered = applied
    this.#durable = entries.length
    this.#unsaved = entries.length + 1
    let before: Pick<Entry, "index" | "term"> = { index: 0, term: 0 }
    for (const entry of entries) {
      if (entry.index !== before.index + 1 || entry.term < before.term)
        this.#violated("restored entries are not in order")
      before = entry
    }
    if (this.#commit > entries.length) this.#violated("the restored log ends before what was committed")
  }

  get lastIndex(): Index {
    return this.#entries.length
  }

  get lastTerm(): Term {
    return this.#entries[this.#entries.length - 1]?.term ?? 0
  }

  get commit(): Index {
    return this.#commit
  }

  get delivered(): Index {
    return this.#delivered
  }

  get durable(): Index {
    return this.#durable
  }

  /** The term of the entry at `index`; 0 before the first entry, undefined beyond the last. */
  term(index: Index): Term | undefined {
    return index === 0 ? 0 : this.#entries[index - 1]?.term
  }

  matches(index: Index, term: Term): boolean {
    return this.term(index) === term
  }

  /** Whether a log that ends at (`lastIndex`, `lastTerm`) is at least as up to date as this one (§5.4.1). */
  isUpToDate(lastIndex: Index, lastTerm: Term): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex)
  }

  /** The last index at or before `index` whose term is at most `term`. Terms never fall along a log, so halving finds it. */
  lastIndexWithin(index: Index, term: Term): Index {
    let low = 0
    let high = Math.min(index, this.lastIndex)
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.term(middle) ?? 0) <= term) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Adds an entry of the leader's own at the end. */
  push(term: Term, data: Uint8Array): Index {
    const index = this.lastIndex + 1
    this.#append({ index, term, data })
    return index
  }

  /**
   * Takes a leader's entries, the first of which follows an entry on which both logs agree. Those that are here already stay;
   * from the first that differs on, the leader's replace ours (§5.3).
   */
  merge(entries: ReadonlyArray<Entry>): void {
    for (const entry of entries) {
      const term = this.term(entry.index)
      if (term === entry.term) continue
      if (term !== undefined) this.#truncate(entry.index)
      this.#append(entry)
    }
  }

  commitTo(index: Index): void {
    if (index <= this.#commit) return
    if (index > this.lastIndex) this.#violated("told to commit beyond the end of the log; entries were lost", { index })
    this.#commit = index
  }

  /** Entries from `from` on, as many as fit in `bytes_max`, but at least one if there is one. */
  slice(from: Index, bytes_max: number): ReadonlyArray<Entry> {
    let to = from
    let bytes = 0
    for (; to <= this.lastIndex; to++) {
      bytes += entryOverhead_bytes + (this.#entries[to - 1]?.data.length ?? 0)
      if (bytes > bytes_max && to > from) break
    }
    return this.#slice(from, to)
  }

  /** Committed, durable and not handed out before. Handing out is what this does. */
  deliver(): ReadonlyArray<Entry> {
    const from = this.#delivered + 1
    const to = Math.min(this.#commit, this.#durable) + 1
    if (to <= from) return nothing
    this.#delivered = to - 1
    return this.#slice(from, to)
  }

  get deliverable(): boolean {
    return Math.min(this.#commit, this.#durable) > this.#delivered
  }

  get hasUnsaved(): boolean {
    return this.#unsaved <= this.lastIndex
  }

  /** What no save holds yet, now to be held by the save of this ticket. */
  startSave(ticket: Ticket): { entries: ReadonlyArray<Entry>; truncateFrom: Index | undefined } {
    const entries = this.#slice(this.#unsaved, this.lastIndex + 1)
    const truncateFrom = this.#truncateFrom
    this.#unsaved = this.lastIndex + 1
    this.#truncateFrom = undefined
    this.#saving.push({ ticket, lastIndex: this.lastIndex })
    return { entries, truncateFrom }
  }

  /** The saves up to this ticket are durable. */
  saved(ticket: Ticket): void {
    let oldest = this.#saving[0]
    while (oldest !== undefined && oldest.ticket <= ticket) {
      if (oldest.lastIndex > this.#durable) this.#durable = oldest.lastIndex
      this.#saving.shift()
      oldest = this.#saving[0]
    }
  }

  #append(entry: Entry): void {
    if (entry.index !== this.lastIndex + 1 || entry.term < this.lastTerm) {
      this.#violated("an entry does not follow the log", { index: entry.index, term: entry.term })
    }
    this.#entries.push(entry)
  }

  #truncate(from: Index): void {
    if (from <= this.#commit) this.#violated("a committed entry would be overwritten", { from })
    this.#entries.length = from - 1
    this.#lastSlice = undefined
    if (from < this.#unsaved) {
      this.#unsaved = from
      this.#truncateFrom = from
    }
    this.#durable = Math.min(this.#durable, from - 1)
    for (const save of this.#saving) save.lastIndex = Math.min(save.lastIndex, from - 1)
  }

  /** The entries in [from, to). The same range is mostly asked for by the save and for each follower: made once. */
  #slice(from: Index, to: Index): ReadonlyArray<Entry> {
    if (from >= to) return nothing
    const last = this.#lastSlice
    if (last !== undefined && last.from === from && last.to === to) return last.entries
    const entries = this.#entries.slice(from - 1, to - 1)
    this.#lastSlice = { from, to, entries }
    return entries
  }

  #violated(message: string, more?: object): never {
    const { lastIndex, lastTerm, commit, delivered, durable } = this
    throw new InvariantViolation(message, { lastIndex, lastTerm, commit, delivered, durable, ...more })
  }
}

const nothing: ReadonlyArray<Entry> = []
