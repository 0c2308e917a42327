import { InvariantViolation } from "./invariant.ts"
import { committedIndex, type VoteResult, voteResult } from "./quorum.ts"
import type { Index, MemberId } from "./types.ts"

/** Who belongs to the group, and who decides in it. Every question about quorums is asked here. */
export class Configuration {
  /** In ascending order, so that every member goes through the others in the same order. */
  readonly voters: ReadonlyArray<MemberId>

  constructor(voters: ReadonlyArray<MemberId>) {
    this.voters = [...new Set(voters)].sort((a, b) => a - b)
    for (const id of this.voters) {
      if (!Number.isSafeInteger(id) || id <= 0)
        throw new InvariantViolation("a member's id is a positive integer", voters)
    }
  }

  isVoter(id: MemberId): boolean {
    return this.voters.includes(id)
  }

  /** Whether this member alone is a quorum. */
  isSoleVoter(id: MemberId): boolean {
    return this.voters.length === 1 && this.voters[0] === id
  }

  /** The highest index that a quorum has durable, given how far each member is known to match. */
  committed(progress: ReadonlyMap<MemberId, { readonly match: Index }>): Index {
    return committedIndex(this.voters, progress)
  }

  election(votes: ReadonlyMap<MemberId, boolean>): VoteResult {
    return voteResult(this.voters, votes)
  }
}
