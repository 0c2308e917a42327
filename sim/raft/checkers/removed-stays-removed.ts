import type { ConfigurationData, Index, MemberId } from "../../../raft/index.ts"
import type { Checker, Observation } from "../observation.ts"

/** An id that was removed, which is committed, belongs to no later configuration; and a member that has stopped says nothing any more. */
export class RemovedStaysRemoved implements Checker {
  readonly name = "removed stays removed"
  /** Where the configuration stood that first went without it. */
  readonly #removed = new Map<MemberId, Index>()
  readonly #stopped = new Set<MemberId>()

  observe(event: Observation): string | undefined {
    const { id } = event.member
    if (event.type === "started") this.#stopped.delete(id)
    if (event.type !== "stepped") return undefined
    const { status, outputs } = event
    if (this.#stopped.has(id) && outputs.length > 0) return `member ${id} has stopped and goes on`
    if (status.role === "stopped") this.#stopped.add(id)
    const { configuration, configurationIndex, commit } = status
    if (configurationIndex > commit) return undefined
    for (const gone of configuration.removed) {
      if (!this.#removed.has(gone)) this.#removed.set(gone, configurationIndex)
    }
    return this.#checkLater(configuration, configurationIndex)
  }

  #checkLater({ voters, outgoing, learners }: ConfigurationData, index: Index): string | undefined {
    for (const [gone, since] of this.#removed) {
      if (index >= since && [voters, outgoing, learners].some((list) => list.includes(gone)))
        return `${gone} was removed at ${since} and belongs to the configuration at ${index}`
    }
    return undefined
  }
}
