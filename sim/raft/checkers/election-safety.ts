import type { MemberId, Term } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"

/** At most one leader can be elected in a given term (figure 3, Election Safety). */
export class ElectionSafety implements Checker {
  readonly name = "election safety"
  readonly #leaders = new Map<Term, MemberId>()

  observe(event: Observation): string | undefined {
    if (event.type !== "stepped" || event.status.role !== "leader") return undefined
    const { id, term } = event.status
    const first = this.#leaders.get(term)
    if (first === undefined) this.#leaders.set(term, id)
    return first === undefined || first === id ? undefined : `members ${first} and ${id} both lead term ${term}`
  }
}
