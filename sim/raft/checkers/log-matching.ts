import type { Entry, Index, Term } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

interface Known {
  readonly data: Uint8Array
  readonly previousTerm: Term
}

/**
 * If two logs contain an entry with the same index and term, the logs are identical up to it (figure 3, Log Matching). By induction
 * it is enough that an index and a term always go with the same data and the same term before it.
 */
export class LogMatching implements Checker {
  readonly name = "log matching"
  readonly #known = new Map<Index, Map<Term, Known>>()

  observe(event: Observation): string | undefined {
    if (event.type === "crashed") return undefined
    const { member } = event
    if (event.type === "started") return this.#checkFrom(member, 1)
    for (const output of event.outputs) {
      const first = output.type === "save" ? output.entries[0] : undefined
      const problem = first === undefined ? undefined : this.#checkFrom(member, first.index)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #checkFrom(member: MemberView, from: Index): string | undefined {
    for (let index = from; index <= member.log.lastIndex; index++) {
      const entry = member.log.entry(index)
      const previousTerm = member.log.entry(index - 1)?.term ?? 0
      if (entry !== undefined && !this.#agrees(entry, previousTerm)) {
        return `member ${member.id} has another entry ${index} of term ${entry.term} than a member before it`
      }
    }
    return undefined
  }

  #agrees(entry: Entry, previousTerm: Term): boolean {
    let terms = this.#known.get(entry.index)
    if (terms === undefined) {
      terms = new Map()
      this.#known.set(entry.index, terms)
    }
    const known = terms.get(entry.term)
    if (known === undefined) {
      terms.set(entry.term, { data: entry.data, previousTerm })
      return true
    }
    return known.previousTerm === previousTerm && sameBytes(known.data, entry.data)
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
