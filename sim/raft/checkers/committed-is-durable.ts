import type { ConfigurationData, Index, MemberId, Term } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/** Nothing counts as committed before a quorum has it on disk: of the configuration, or of both while there are two. */
export class CommittedIsDurable implements Checker {
  readonly name = "committed is durable"
  /** By index, from 1 on: the term of the entry that was found durable. */
  readonly #durable: Term[] = []
  /** Each member's configuration after its last event: the one that it counted with, if it changed it in this one. */
  readonly #before = new Map<MemberId, ConfigurationData>()

  observe(event: Observation, members: ReadonlyArray<MemberView>): string | undefined {
    if (event.type === "started") this.#before.set(event.member.id, event.status.configuration)
    if (event.type !== "stepped") return undefined
    const { member, status } = event
    const configurations = [status.configuration, this.#before.get(member.id) ?? status.configuration]
    this.#before.set(member.id, status.configuration)
    for (let index = this.#durable.length + 1; index <= status.commit; index++) {
      const problem = this.#check(member, index, configurations, members)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #check(
    member: MemberView,
    index: Index,
    configurations: ReadonlyArray<ConfigurationData>,
    members: ReadonlyArray<MemberView>,
  ): string | undefined {
    const term = member.log.entry(index)?.term
    if (term === undefined) return `member ${member.id} has committed entry ${index} and does not have it`
    const holders = members.filter((other) => holds(other, index, term)).map(({ id }) => id)
    if (!configurations.some((configuration) => isQuorum(configuration, holders))) {
      const on = holders.join(", ") || "none"
      return `member ${member.id} has committed entry ${index} of term ${term}, which is on the disks of: ${on}`
    }
    this.#durable.push(term)
    return undefined
  }
}

const holds = ({ disk }: MemberView, index: Index, term: Term): boolean =>
  disk.entry(index)?.term === term || (disk.snapshot?.index ?? 0) >= index

function isQuorum({ voters, outgoing }: ConfigurationData, holders: ReadonlyArray<MemberId>): boolean {
  const most = (of: ReadonlyArray<MemberId>) => of.filter((id) => holders.includes(id)).length * 2 > of.length
  return most(voters) && (outgoing.length === 0 || most(outgoing))
}
