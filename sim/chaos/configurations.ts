import type { ConfigurationData, Index, MemberId } from "../../raft/index.ts"
import type { Observation } from "../raft/observation.ts"

interface Known {
  readonly index: Index
  readonly configuration: ConfigurationData
}

/** The configurations that may still come to hold: the latest that is committed, and all that were seen after it, on any member. */
export class Configurations {
  #known: Known[] = []

  see(event: Observation): void {
    if (event.type === "started") {
      const { configurationIndex, configuration, commit } = event.status
      this.#add({ index: configurationIndex, configuration })
      this.#forgetBefore(configurationIndex, commit)
    }
    if (event.type !== "stepped") return
    for (const output of event.outputs) {
      if (output.type === "configuration") this.#add({ index: output.index, configuration: output.configuration })
    }
    this.#forgetBefore(event.status.configurationIndex, event.status.commit)
  }

  get possible(): ReadonlyArray<ConfigurationData> {
    return this.#known.map(({ configuration }) => configuration)
  }

  #add(known: Known): void {
    if (known.configuration.voters.length > 0) this.#known.push(known)
  }

  #forgetBefore(index: Index, commit: Index): void {
    const first = this.#known[0]
    if (index > commit || first === undefined || first.index >= index) return
    this.#known = this.#known.filter((known) => known.index >= index)
  }
}

/**
 * The members in `order`, from the front, until they are a quorum of every one of these configurations, along with all learners that
 * wait to become voters: these might become voters at the last moment.
 */
export function quorumOfAll(
  configurations: ReadonlyArray<ConfigurationData>,
  order: ReadonlyArray<MemberId>,
): ReadonlyArray<MemberId> {
  const core = new Set(configurations.flatMap(({ joining }) => joining))
  const voters = configurations.flatMap(({ voters, outgoing }) => (outgoing.length > 0 ? [voters, outgoing] : [voters]))
  const decides = () => voters.every((ids) => ids.filter((id) => core.has(id)).length * 2 > ids.length)
  for (const id of order) {
    if (decides()) break
    if (voters.some((ids) => ids.includes(id))) core.add(id)
  }
  return [...core].sort((a, b) => a - b)
}
