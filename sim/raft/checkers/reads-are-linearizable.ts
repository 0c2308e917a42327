import type { Index, ReadContext } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"

/** Whoever reads sees at least what any member knew to be committed when the read was asked for. */
export class ReadsAreLinearizable implements Checker {
  readonly name = "reads are linearizable"
  #committed: Index = 0
  readonly #asked = new Map<ReadContext, Index>()

  observe(event: Observation): string | undefined {
    if (event.type === "asked") this.#asked.set(event.context, this.#committed)
    if (event.type !== "stepped") return undefined
    const { status, outputs, member } = event
    this.#committed = Math.max(this.#committed, status.commit)
    for (const output of outputs) {
      if (output.type !== "read") continue
      for (const context of output.contexts) {
        const needed = this.#asked.get(context) ?? 0
        if (status.delivered < needed)
          return `member ${member.id} answers read ${context} at ${status.delivered}, asked for when ${needed} was committed`
      }
    }
    return undefined
  }
}
