import { Configuration } from "./configuration.ts"
import { Configurations } from "./configurations.ts"
import { Durability } from "./durability.ts"
import { Entries } from "./entries.ts"
import { InvariantViolation } from "./invariant.ts"
import type { Ticket } from "./io.ts"
import type { Entry, EntryKind, Index, MemberId, Save, Snapshot, Term } from "./types.ts"

export interface RestoredLog {
  readonly snapshot?: Snapshot | undefined
  readonly entries: ReadonlyArray<Entry>
  readonly commit: Index
  /** Up to where the state machine has kept what it applied, if that is more than the snapshot. */
  readonly applied: Index
  /** The voters before the first configuration entry. */
  readonly voters: ReadonlyArray<MemberId>
}

/**
 * A member's log in memory, and how much of it is where. Always:
 *
 *     offset <= snapshot index <= delivered <= min(commit, durable), and commit <= lastIndex, durable <= lastIndex
 *
 * but while a received snapshot is being saved, when `delivered` and `durable` lag behind it. Entries never change once made; only the tail after
 * `commit` is ever replaced.
 */
export class Log {
  readonly configurations: Configurations
  readonly #entries: Entries
  readonly #durability: Durability
  /** Handed out to be applied, up to here. */
  #delivered: Index
  #commit: Index
  #uncommittedBytes: number
  #snapshot: Snapshot | undefined
  /** Received, and not yet handed out. */
  #restoring: Snapshot | undefined

  constructor(restored: RestoredLog) {
    const { snapshot, entries, applied, voters } = restored
    const offset = entries[0] === undefined ? (snapshot?.index ?? 0) : entries[0].index - 1
    this.#snapshot = snapshot
    this.#entries = new Entries(offset, entries)
    this.#durability = new Durability(this.lastIndex)
    this.configurations = new Configurations(
      snapshot?.index ?? 0,
      new Configuration(snapshot?.configuration ?? { voters }),
    )
    this.#delivered = Math.max(applied, this.snapshotIndex)
    this.#commit = Math.max(restored.commit, this.#delivered)
    this.#uncommittedBytes = this.#entries.bytes(this.#commit + 1, this.lastIndex + 1)
    this.#checkRestored(entries)
  }

  /** The entries up to and including this are only in the snapshot. */
  get offset(): Index {
    return this.#entries.offset
  }

  get lastIndex(): Index {
    return this.#entries.lastIndex
  }

  get lastTerm(): Term {
    return this.#entries.last?.term ?? this.#snapshot?.term ?? 0
  }

  get commit(): Index {
    return this.#commit
  }

  /** Data of the entries after `commit`. */
  get uncommittedBytes(): number {
    return this.#uncommittedBytes
  }

  get delivered(): Index {
    return this.#delivered
  }

  /** On this member's disk, up to here. */
  get durable(): Index {
    return this.#durability.durable
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  get snapshotIndex(): Index {
    return this.#snapshot?.index ?? 0
  }

  /** The term of the entry at `index`, if it is known: 0 before the first entry. */
  term(index: Index): Term | undefined {
    if (index > this.#entries.offset) return this.#entries.term(index)
    if (index === this.snapshotIndex) return this.#snapshot?.term ?? 0
    return index === 0 ? 0 : this.#entries.term(index)
  }

  matches(index: Index, term: Term): boolean {
    return this.term(index) === term
  }

  /** Whether a log that ends at (`lastIndex`, `lastTerm`) is at least as up to date as this one (§5.4.1). */
  isUpToDate(lastIndex: Index, lastTerm: Term): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex)
  }

  /**
   * The last index at or before `index` whose term is at most `term`; the offset when none in memory is. Terms never fall along a log, so
   * halving finds it.
   */
  lastIndexWithin(index: Index, term: Term): Index {
    let high = Math.min(index, this.lastIndex)
    let low = Math.min(this.offset, high)
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#entries.term(middle) ?? 0) <= term) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Adds an entry of the leader's own at the end. */
  push(term: Term, data: Uint8Array, kind: EntryKind = "command"): Index {
    const index = this.lastIndex + 1
    this.#append({ index, term, kind, data })
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
    this.#uncommittedBytes -= this.#entries.bytes(this.#commit + 1, index + 1)
    this.#commit = index
  }

  /** Entries from `from` on, as many as fit in `bytes_max`, but at least one if there is one. */
  slice(from: Index, bytes_max: number): ReadonlyArray<Entry> {
    return this.#entries.fitting(from, bytes_max)
  }

  /** The last entries, at most so many of those that are not compacted away. */
  tail(count: number): ReadonlyArray<Entry> {
    return this.#entries.slice(Math.max(this.offset, this.lastIndex - count) + 1, this.lastIndex + 1)
  }

  /** The state machine's state after `index`, which was handed out, stands for the entries up to there; `tail` of them are kept. */
  compact(snapshot: Snapshot, tail: number): void {
    const { index } = snapshot
    if (index > this.#delivered || index <= this.snapshotIndex || this.term(index) !== snapshot.term)
      this.#violated("a snapshot does not fit the log", { index })
    this.#snapshot = snapshot
    const compactTo = Math.max(this.offset, index - tail)
    this.#entries.dropUpTo(compactTo)
    this.configurations.compact(index)
    this.#durability.compacted(snapshot, compactTo)
  }

  /** Replaces the whole log by a leader's snapshot from beyond the commit index. */
  install(snapshot: Snapshot): void {
    const { index } = snapshot
    if (index <= this.#commit) this.#violated("a snapshot would take back what is committed", { index })
    this.#durability.truncated(this.#commit + 1)
    this.#snapshot = snapshot
    this.#restoring = snapshot
    this.#commit = index
    this.#uncommittedBytes = 0
    this.#entries.restart(index)
    this.configurations.restart(index, new Configuration(snapshot.configuration))
    this.#durability.compacted(snapshot, index)
  }

  /** A received snapshot that is durable and was not handed out before. Handing out is what this does. */
  restored(): Snapshot | undefined {
    const restoring = this.#restoring
    if (restoring === undefined || this.durable < restoring.index) return undefined
    this.#restoring = undefined
    this.#delivered = restoring.index
    return restoring
  }

  /** Committed, durable and not handed out before. Handing out is what this does. */
  deliver(): ReadonlyArray<Entry> {
    if (!this.deliverable) return nothing
    const from = this.#delivered + 1
    this.#delivered = Math.min(this.#commit, this.durable)
    return this.#entries.slice(from, this.#delivered + 1)
  }

  get deliverable(): boolean {
    return this.#restoring === undefined && Math.min(this.#commit, this.durable) > this.#delivered
  }

  get hasUnsaved(): boolean {
    return this.#durability.hasUnsaved(this.lastIndex)
  }

  /** What no save holds yet, now to be held by the save of this ticket. */
  startSave(ticket: Ticket): Omit<Save, "hardState"> {
    const { from, truncateFrom, snapshot, compactTo } = this.#durability.start(ticket, this.lastIndex)
    return { snapshot, compactTo, truncateFrom, entries: this.#entries.slice(from, this.lastIndex + 1) }
  }

  /** The saves up to this ticket are durable. */
  saved(ticket: Ticket): void {
    this.#durability.saved(ticket)
  }

  /** The save of this ticket and those after it will never be durable. */
  saveFailed(ticket: Ticket): void {
    this.#durability.failed(ticket, this.offset)
  }

  #append(entry: Entry): void {
    if (entry.index !== this.lastIndex + 1 || entry.term < this.lastTerm) {
      this.#violated("an entry does not follow the log", { index: entry.index, term: entry.term })
    }
    this.#entries.push(entry)
    this.#uncommittedBytes += entry.data.length
    if (entry.kind === "configuration") this.configurations.add(entry)
  }

  #truncate(from: Index): void {
    if (from <= this.#commit) this.#violated("a committed entry would be overwritten", { from })
    this.#uncommittedBytes -= this.#entries.bytes(from, this.lastIndex + 1)
    this.#entries.truncate(from)
    this.configurations.truncate(from)
    this.#durability.truncated(from)
  }

  #checkRestored(entries: ReadonlyArray<Entry>): void {
    const { offset, snapshotIndex } = this
    if (offset > snapshotIndex) this.#violated("restored entries do not reach back to the snapshot", { offset })
    let before = { index: offset, term: this.term(offset) ?? 0 }
    for (const entry of entries) {
      if (entry.index !== before.index + 1 || entry.term < before.term)
        this.#violated("restored entries are not in order")
      if (entry.kind === "configuration" && entry.index > snapshotIndex) this.configurations.add(entry)
      before = entry
    }
    if (this.#commit > this.lastIndex) this.#violated("the restored log ends before what was committed")
  }

  #violated(message: string, more?: object): never {
    const { offset, snapshotIndex, lastIndex, lastTerm, commit, delivered, durable } = this
    throw new InvariantViolation(message, {
      offset,
      snapshotIndex,
      lastIndex,
      lastTerm,
      commit,
      delivered,
      durable,
      ...more,
    })
  }
}

const nothing: ReadonlyArray<Entry> = []
