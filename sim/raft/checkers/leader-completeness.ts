import type { Index, MemberId, RaftStatus, Term } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/** An entry committed in a term is in the log of the leader of every later term (figure 3, Leader Completeness). */
export class LeaderCompleteness implements Checker {
  readonly name = "leader completeness"
  /** By index, from 1 on: the committed entry's term, and the term in which it was first seen committed. */
  readonly #committed: { readonly term: Term; readonly committedIn: Term }[] = []
  readonly #leading = new Map<MemberId, Term>()

  observe(event: Observation): string | undefined {
    if (event.type === "asked") return undefined
    if (event.type !== "stepped") {
      this.#leading.delete(event.member.id)
      return undefined
    }
    const { member, status } = event
    this.#learnCommitted(member, status)
    if (status.role !== "leader" || this.#leading.get(member.id) === status.term) return undefined
    this.#leading.set(member.id, status.term)
    return this.#checkLeader(member, status.term)
  }

  #learnCommitted(member: MemberView, status: RaftStatus): void {
    for (let index = this.#committed.length + 1; index <= status.commit; index++) {
      const entry = member.log.entry(index)
      if (entry === undefined) return
      this.#committed.push({ term: entry.term, committedIn: status.term })
    }
  }

  #checkLeader(member: MemberView, leads: Term): string | undefined {
    const { log } = member
    for (const [i, { term, committedIn }] of this.#committed.entries()) {
      const index: Index = i + 1
      // What only the snapshot holds, the state hashes answer for.
      if (index < log.firstIndex && index <= (log.snapshot?.index ?? 0)) continue
      if (committedIn < leads && log.entry(index)?.term !== term) {
        return `member ${member.id} leads term ${leads} without entry ${index} of term ${term}, committed in term ${committedIn}`
      }
    }
    return undefined
  }
}
