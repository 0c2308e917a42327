import type { Entry, Index, Term } from "./types.ts"

export interface Settled<Context> {
  readonly context: Context
  readonly index: Index
  readonly term: Term
  /** Lost for certain: it will never be committed. */
  readonly outcome: "committed" | "lost"
}

/**
 * The accepted proposals whose fate is open, each with whatever its proposer wants back. A leader that steps down cannot tell at once:
 * its entries may still be committed by the next leader. They are lost once an entry of a later term is committed where they
 * stand or before, which a new leader's first entry brings about soon.
 */
export class Proposals<Context> {
  /** In the order of their indexes. */
  #open: { readonly index: Index; readonly term: Term; readonly context: Context }[] = []

  get size(): number {
    return this.#open.length
  }

  add(proposed: { readonly index: Index; readonly term: Term }, context: Context): void {
    const { index, term } = proposed
    this.#open.push({ index, term, context })
  }

  /** Settles what these entries, just committed, decide; in the order in which it was proposed. */
  committed(entries: ReadonlyArray<Entry>): ReadonlyArray<Settled<Context>> {
    const last = entries[entries.length - 1]
    const first = entries[0]
    if (first === undefined || last === undefined || this.#open.length === 0) return []
    const settled: Settled<Context>[] = []
    this.#open = this.#open.filter((proposal) => {
      const { index, term } = proposal
      const there = entries[index - first.index]
      if (there?.term === term) settled.push({ ...proposal, outcome: "committed" })
      else if (index <= last.index || term < last.term) settled.push({ ...proposal, outcome: "lost" })
      else return true
      return false
    })
    return settled
  }
}
