import type { Entry, Index, MemberId } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"
import { sameBytes } from "./log-matching.ts"

/**
 * No two members apply different entries at one index (figure 3, State Machine Safety); and each applies every index once in a life,
 * in order, but for those that a snapshot stands for.
 */
export class StateMachineSafety implements Checker {
  readonly name = "state-machine safety"
  /** What was applied first at each index, from 1 on. */
  readonly #applied: Entry[] = []
  readonly #appliedUpTo = new Map<MemberId, Index>()

  observe(event: Observation): string | undefined {
    const id = event.member.id
    if (event.type === "asked" || event.type === "crashed") return undefined
    if (event.type === "started") {
      this.#appliedUpTo.set(id, event.status.delivered)
      return undefined
    }
    for (const output of event.outputs) {
      if (output.type === "restore") this.#appliedUpTo.set(id, output.snapshot.index)
      if (output.type !== "committed") continue
      for (const entry of output.entries) {
        const problem = this.#apply(id, entry)
        if (problem !== undefined) return problem
      }
    }
    return undefined
  }

  #apply(id: MemberId, entry: Entry): string | undefined {
    const expected = (this.#appliedUpTo.get(id) ?? 0) + 1
    if (entry.index !== expected) return `member ${id} applies entry ${entry.index} where ${expected} is next`
    this.#appliedUpTo.set(id, entry.index)
    const first = this.#applied[entry.index - 1]
    if (first === undefined) {
      this.#applied[entry.index - 1] = entry
      return undefined
    }
    if (first.term === entry.term && sameBytes(first.data, entry.data)) return undefined
    return `member ${id} applies an entry of term ${entry.term} at ${entry.index}, another member one of term ${first.term}`
  }
}
