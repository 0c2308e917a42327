import type { Entry, Index, Term } from "../../../raft/index.ts"
import type { Checker, LogView, MemberView, Observation } from "../observation.ts"

interface Known {
  readonly entry: Entry
  /** Undefined as long as nobody was seen that has the entry before it. */
  previousTerm: Term | undefined
}

/**
 * If two logs contain an entry with the same index and term, the logs are identical up to it (figure 3, Log Matching). By induction
 * it is enough that an index and a term always go with the same data and the same term before it.
 */
export class LogMatching implements Checker {
  readonly name = "log matching"
  readonly #known = new Map<Index, Map<Term, Known>>()

  observe(event: Observation): string | undefined {
    if (event.type === "crashed" || event.type === "asked") return undefined
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
    const { log } = member
    for (let index = Math.max(from, log.firstIndex); index <= log.lastIndex; index++) {
      const entry = log.entry(index)
      const previousTerm = termBefore(log, index)
      if (entry !== undefined && !this.#agrees(entry, previousTerm)) {
        return `member ${member.id} has another entry ${index} of term ${entry.term} than a member before it`
      }
    }
    return undefined
  }

  #agrees(entry: Entry, previousTerm: Term | undefined): boolean {
    let terms = this.#known.get(entry.index)
    if (terms === undefined) {
      terms = new Map()
      this.#known.set(entry.index, terms)
    }
    const known = terms.get(entry.term)
    if (known === undefined) {
      terms.set(entry.term, { entry, previousTerm })
      return true
    }
    known.previousTerm ??= previousTerm
    if (previousTerm !== undefined && known.previousTerm !== previousTerm) return false
    return known.entry.kind === entry.kind && sameBytes(known.entry.data, entry.data)
  }
}

function termBefore(log: LogView, index: Index): Term | undefined {
  if (index === 1) return 0
  return log.snapshot?.index === index - 1 ? log.snapshot.term : log.entry(index - 1)?.term
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
