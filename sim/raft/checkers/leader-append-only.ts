import type { MemberId, Term } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"

/** A leader never overwrites or deletes entries of its log; it only appends (figure 3, Leader Append-Only). */
export class LeaderAppendOnly implements Checker {
  readonly name = "leader append-only"
  /** For each member that led after its last event: the term. */
  readonly #leading = new Map<MemberId, Term>()

  observe(event: Observation): string | undefined {
    const id = event.member.id
    if (event.type === "asked") return undefined
    if (event.type !== "stepped") {
      this.#leading.delete(id)
      return undefined
    }
    const { role, term } = event.status
    const before = this.#leading.get(id)
    if (role !== "leader") {
      this.#leading.delete(id)
      return undefined
    }
    this.#leading.set(id, term)
    if (before !== term) return undefined
    for (const output of event.outputs) {
      if (output.type === "save" && output.truncateFrom !== undefined) {
        return `member ${id}, leading term ${term}, drops its entries from ${output.truncateFrom} on`
      }
    }
    return undefined
  }
}
