import type { Index } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"

/**
 * The state at each applied index is the same everywhere, in every life, however it came about: by applying from the start, or from a snapshot
 * and what follows it.
 */
export class StateHash implements Checker {
  readonly name = "state hash"
  readonly #hashes = new Map<Index, number>()

  observe({ member }: Observation): string | undefined {
    const { state, id } = member
    if (state === undefined) return undefined
    const known = this.#hashes.get(state.index)
    if (known === undefined) this.#hashes.set(state.index, state.hash)
    if (known === undefined || known === state.hash) return undefined
    return `the state of member ${id} after entry ${state.index} is not what another's was`
  }
}
