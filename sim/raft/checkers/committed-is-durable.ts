import type { Index, Term } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/** Nothing counts as committed before a quorum has it on disk. */
export class CommittedIsDurable implements Checker {
  readonly name = "committed is durable"
  /** By index, from 1 on: the term of the entry that was found durable. */
  readonly #durable: Term[] = []

  observe(event: Observation, members: ReadonlyArray<MemberView>): string | undefined {
    if (event.type !== "stepped") return undefined
    const { member, status } = event
    for (let index = this.#durable.length + 1; index <= status.commit; index++) {
      const problem = this.#check(member, index, members)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #check(member: MemberView, index: Index, members: ReadonlyArray<MemberView>): string | undefined {
    const term = member.log.entry(index)?.term
    if (term === undefined) return `member ${member.id} has committed entry ${index} and does not have it`
    const holders = members.filter(({ disk }) => disk.entry(index)?.term === term)
    if (holders.length * 2 <= members.length) {
      const on = holders.map(({ id }) => id).join(", ") || "none"
      return `member ${member.id} has committed entry ${index} of term ${term}, which is on the disks of: ${on}`
    }
    this.#durable.push(term)
    return undefined
  }
}
