import { InvariantViolation } from "./invariant.ts"
import { committedIndex, reachedByMajority, type VoteResult, voteResult } from "./quorum.ts"
import type { ConfigurationData, Index, MemberId } from "./types.ts"

/**
 * Who belongs to the group, and who decides in it. Every question about quorums is asked here: while the group passes from one set of
 * voters to another, both sets must agree (§6).
 */
export class Configuration implements ConfigurationData {
  readonly voters: ReadonlyArray<MemberId>
  readonly outgoing: ReadonlyArray<MemberId>
  readonly learners: ReadonlyArray<MemberId>
  readonly joining: ReadonlyArray<MemberId>
  readonly demoted: ReadonlyArray<MemberId>
  readonly removed: ReadonlyArray<MemberId>
  /** Everybody who gets the log, in ascending order, so that every member goes through the others in the same order. */
  readonly members: ReadonlyArray<MemberId>

  constructor(data: Partial<ConfigurationData>) {
    this.voters = ids(data.voters)
    this.outgoing = ids(data.outgoing)
    this.learners = ids(data.learners)
    this.joining = ids(data.joining)
    this.demoted = ids(data.demoted)
    this.removed = ids(data.removed)
    this.members = ids([...this.voters, ...this.outgoing, ...this.learners])
    const { voters, outgoing, learners, joining, demoted, removed } = this
    const sound =
      learners.every((id) => !voters.includes(id) && !outgoing.includes(id)) &&
      joining.every((id) => learners.includes(id)) &&
      demoted.every((id) => outgoing.includes(id) && !voters.includes(id)) &&
      removed.every((id) => !voters.includes(id) && !learners.includes(id))
    if (!sound) throw new InvariantViolation("a configuration contradicts itself", this.data())
  }

  /** Between two sets of voters. */
  get joint(): boolean {
    return this.outgoing.length > 0
  }

  isVoter(id: MemberId): boolean {
    return this.voters.includes(id) || this.outgoing.includes(id)
  }

  isMember(id: MemberId): boolean {
    return this.members.includes(id)
  }

  /** Whether this member alone is a quorum. */
  isSoleVoter(id: MemberId): boolean {
    return this.voters.length === 1 && this.voters[0] === id && !this.joint
  }

  /** The highest index that a quorum has durable, given how far each member is known to match. */
  committed(progress: ReadonlyMap<MemberId, { readonly match: Index }>): Index {
    const index = committedIndex(this.voters, progress)
    return this.joint ? Math.min(index, committedIndex(this.outgoing, progress)) : index
  }

  /** The highest value that a quorum has reached. */
  reached<T>(known: ReadonlyMap<MemberId, T>, select: (known: T) => number): number {
    const value = reachedByMajority(this.voters, known, select)
    return this.joint ? Math.min(value, reachedByMajority(this.outgoing, known, select)) : value
  }

  election(votes: ReadonlyMap<MemberId, boolean>): VoteResult {
    const result = voteResult(this.voters, votes)
    if (!this.joint || result === "lost") return result
    const other = voteResult(this.outgoing, votes)
    return result === "won" ? other : other === "lost" ? "lost" : "pending"
  }

  data(): ConfigurationData {
    const { voters, outgoing, learners, joining, demoted, removed } = this
    return { voters, outgoing, learners, joining, demoted, removed }
  }
}

function ids(list: ReadonlyArray<MemberId> = []): ReadonlyArray<MemberId> {
  for (const id of list) {
    if (!Number.isSafeInteger(id) || id <= 0)
      throw new InvariantViolation("a member's id is a positive integer", { list })
  }
  return [...new Set(list)].sort((a, b) => a - b)
}

/** What the data of a configuration entry is: JSON, in UTF-8. */
export const encodeConfiguration = (configuration: Configuration): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(configuration.data()))

/** Throws InvariantViolation for anything that encodeConfiguration() did not make. */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  const text = new TextDecoder().decode(bytes)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    data = undefined
  }
  if (!isConfigurationData(data)) throw new InvariantViolation("the log has a configuration that cannot be read", text)
  return new Configuration(data)
}

function isConfigurationData(data: unknown): data is ConfigurationData {
  if (typeof data !== "object" || data === null) return false
  const lists: Record<string, unknown> = { ...data }
  return listNames.every((name) => {
    const list = lists[name]
    return Array.isArray(list) && list.every((id) => typeof id === "number")
  })
}

const listNames = ["voters", "outgoing", "learners", "joining", "demoted", "removed"]
