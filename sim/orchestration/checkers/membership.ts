import { type Instant, seconds } from "../../../core/instant.ts"
import type { Node } from "../../../core/model/node.ts"
import type { MemberId } from "../../../raft/index.ts"
import type { Checker, Committed, GroupSeen } from "../observation.ts"

/** A manager counts as there for 2.4 s after it was heard last; the rest is for the way and for how seldom one looks. */
const lately_ms = seconds(4)

/**
 * A node that was removed stays removed, and no ID of a node or of a member of the consensus group is ever another's. There is always a manager, no member
 * is removed from the list, and the group never becomes one whose majority is not there: it would be stuck by its own doing.
 */
export class MembershipKept implements Checker {
  readonly name = "membership"
  readonly #gone = new Set<string>()
  readonly #nodeOf = new Map<MemberId, string>()
  readonly #former = new Set<MemberId>()
  readonly #lastUp = new Map<MemberId, Instant>()
  #index = 0

  committed({ changes, after }: Committed): string | undefined {
    let concerns = false
    for (const change of changes) {
      if (change.table !== "nodes") continue
      concerns = true
      const wrong = this.#judge(change.id, change.before, change.after)
      if (wrong) return `node ${change.id} ${wrong}`
    }
    if (concerns && after.find("nodes", "role", "manager").length === 0) return "no node is to be a manager any more"
    return undefined
  }

  group({ at, index, voters, up }: GroupSeen): string | undefined {
    for (const member of up) this.#lastUp.set(member, at)
    if (index <= this.#index) return undefined
    this.#index = index
    const there = voters.filter((member) => at - (this.#lastUp.get(member) ?? Number.NEGATIVE_INFINITY) <= lately_ms)
    return there.length > voters.length / 2
      ? undefined
      : `the group became ${voters.join(", ")}, of which only [${there.join(", ")}] are there`
  }

  #judge(id: string, before: Node | undefined, after: Node | undefined): string | undefined {
    if (after === undefined) {
      this.#gone.add(id)
      return before?.RaftID === undefined ? undefined : `was removed while it was member ${before.RaftID}`
    }
    if (this.#gone.has(id)) return "was removed, and is there again"
    const [was, is] = [before?.RaftID, after.RaftID]
    if (was !== undefined && was !== is) this.#former.add(was)
    if (is === undefined || was === is) return undefined
    if (this.#former.has(is)) return `became member ${is}, which was another before`
    const owner = this.#nodeOf.get(is) ?? id
    this.#nodeOf.set(is, id)
    return owner === id ? undefined : `became member ${is}, which is node ${owner}`
  }
}
