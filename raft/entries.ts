import type { Entry, Index, Term } from "./types.ts"

/** Accounting for an entry beyond its data: index, term, kind and framing. */
export const entryOverhead_bytes = 16

/** The entries of a log that are in memory: consecutive, from `offset` + 1 on. */
export class Entries {
  /** The last index that is no longer here. */
  #offset: Index
  /** Of the entry at the offset, if it was ever known here. */
  #offsetTerm: Term | undefined
  #list: Entry[]
  #lastSlice: { from: Index; to: Index; entries: ReadonlyArray<Entry> } | undefined

  constructor(offset: Index, list: ReadonlyArray<Entry>) {
    this.#offset = offset
    this.#list = [...list]
  }

  get offset(): Index {
    return this.#offset
  }

  get lastIndex(): Index {
    return this.#offset + this.#list.length
  }

  get last(): Entry | undefined {
    return this.#list[this.#list.length - 1]
  }

  term(index: Index): Term | undefined {
    if (index === this.#offset) return this.#offsetTerm
    return this.#list[index - this.#offset - 1]?.term
  }

  push(entry: Entry): void {
    this.#list.push(entry)
  }

  /** Drops the entries from `from` on. */
  truncate(from: Index): void {
    this.#list.length = from - this.#offset - 1
    this.#lastSlice = undefined
  }

  /** Drops the entries up to and including `index`. */
  dropUpTo(index: Index): void {
    this.#offsetTerm = this.term(index)
    this.#list = this.#list.slice(index - this.#offset)
    this.#offset = index
    this.#lastSlice = undefined
  }

  /** Drops everything, and goes on after `index`. */
  restart(index: Index): void {
    this.#list = []
    this.#offset = index
    this.#offsetTerm = undefined
    this.#lastSlice = undefined
  }

  /** The entries in [from, to). The same range is mostly asked for by the save and for each follower: made once. */
  slice(from: Index, to: Index): ReadonlyArray<Entry> {
    if (from >= to) return nothing
    const last = this.#lastSlice
    if (last !== undefined && last.from === from && last.to === to) return last.entries
    const entries = this.#list.slice(from - this.#offset - 1, to - this.#offset - 1)
    this.#lastSlice = { from, to, entries }
    return entries
  }

  /** Bytes of data in [from, to). */
  bytes(from: Index, to: Index): number {
    let bytes = 0
    for (let index = from; index < to; index++) bytes += this.#list[index - this.#offset - 1]?.data.length ?? 0
    return bytes
  }

  /** Entries from `from` on, as many as fit in `bytes_max`, but at least one if there is one. */
  fitting(from: Index, bytes_max: number): ReadonlyArray<Entry> {
    const end = this.lastIndex
    let to = from
    let bytes = 0
    for (; to <= end; to++) {
      bytes += entryOverhead_bytes + (this.#list[to - this.#offset - 1]?.data.length ?? 0)
      if (bytes > bytes_max && to > from) break
    }
    return this.slice(from, to)
  }
}

const nothing: ReadonlyArray<Entry> = []
