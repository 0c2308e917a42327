import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { committedIndex, majority, voteResult } from "../../raft/quorum.ts"

const group = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 9 })

describe("quorums", () => {
  it("two majorities always share a member", () => {
    for (let size = 1; size <= 100; size++) {
      expect(2 * majority(size)).toBeGreaterThan(size)
      expect(2 * (majority(size) - 1)).toBeLessThanOrEqual(size)
    }
  })

  it("the committed index is the highest that a majority has reached", () => {
    fc.assert(
      fc.property(group, fc.array(fc.nat(20), { maxLength: 9 }), (voters, matches) => {
        const reached = new Map<number, { match: number }>()
        for (const [i, match] of matches.entries()) {
          const id = voters[i]
          if (id !== undefined) reached.set(id, { match })
        }
        const have = (index: number) => voters.filter((id) => (reached.get(id)?.match ?? 0) >= index).length
        const index = committedIndex(voters, reached)
        expect(have(index)).toBeGreaterThanOrEqual(majority(voters.length))
        expect(have(index + 1)).toBeLessThan(majority(voters.length))
      }),
    )
  })

  it("an election is decided exactly when the missing votes cannot change it", () => {
    fc.assert(
      fc.property(group, fc.array(fc.boolean(), { maxLength: 9 }), (voters, answers) => {
        const votes = new Map<number, boolean>()
        for (const [i, id] of voters.entries()) {
          const answer = answers[i]
          if (answer !== undefined) votes.set(id, answer)
        }
        const granted = voters.filter((id) => votes.get(id)).length
        const missing = voters.length - votes.size
        const needed = majority(voters.length)
        const expected = granted >= needed ? "won" : granted + missing < needed ? "lost" : "pending"
        expect(voteResult(voters, votes)).toBe(expected)
      }),
    )
  })
})
