import type { Entry, Index, Term } from "./types.ts"

export interface Settled<Context> {
  readonly context: Context
  readonly index: Index
  readonly term: Term
  /**
   * Lost for certain: it will never be committed. Unknown: the entries where it stood came as a snapshot, or the member stopped; what became
   * of it can only be seen in the state.
   */
  readonly outcome: "committed" | "lost" | "unknown"
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
    return this.#settle(({ index, term }) => {
      if (entries[index - first.index]?.term === term) return "committed"
      return index <= last.index || term < last.term ? "lost" : undefined
    })
  }

  /** Settles what a restored snapshot decides. */
  restored(snapshot: { readonly index: Index; readonly term: Term }): ReadonlyArray<Settled<Context>> {
    return this.#settle(({ index, term }) => {
      if (index <= snapshot.index) return term > snapshot.term ? "lost" : "unknown"
      return term < snapshot.term ? "lost" : undefined
    })
  }

  /** The member stops: what is open stays so for its callers. */
  stopped(): ReadonlyArray<Settled<Context>> {
    return this.#settle(() => "unknown")
  }

  #settle(
    outcomeOf: (proposal: { readonly index: Index; readonly term: Term }) => Settled<Context>["outcome"] | undefined,
  ): ReadonlyArray<Settled<Context>> {
    const settled: Settled<Context>[] = []
    this.#open = this.#open.filter((proposal) => {
      const outcome = outcomeOf(proposal)
      if (outcome !== undefined) settled.push({ ...proposal, outcome })
      return outcome === undefined
    })
    return settled
  }
}
