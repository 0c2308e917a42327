import type { Index, MemberId } from "./types.ts"

/** Members that make a majority of `size` voters. */
export const majority = (size: number): number => Math.floor(size / 2) + 1

/** The highest value that a majority of the voters has reached; 0 when there are no voters or nothing is known of them. */
export function reachedByMajority<T>(
  voters: ReadonlyArray<MemberId>,
  known: ReadonlyMap<MemberId, T>,
  select: (known: T) => number,
): number {
  const descending: number[] = []
  for (const id of voters) {
    const of = known.get(id)
    insertDescending(descending, of === undefined ? 0 : select(of))
  }
  return descending[majority(voters.length) - 1] ?? 0
}

/** The highest index that a majority of the voters has durable. */
export const committedIndex = (
  voters: ReadonlyArray<MemberId>,
  progress: ReadonlyMap<MemberId, { readonly match: Index }>,
): Index => reachedByMajority(voters, progress, matchOf)

const matchOf = ({ match }: { readonly match: Index }): Index => match

/** Groups are small and mostly in order: insertion beats sort(), and makes no comparator. */
function insertDescending(list: number[], value: number): void {
  let at = list.length
  list.push(value)
  while (at > 0) {
    const before = list[at - 1] ?? 0
    if (before >= value) break
    list[at] = before
    at--
  }
  list[at] = value
}

export type VoteResult = "pending" | "won" | "lost"

/** How an election stands: `votes` says who has answered, and how. */
export function voteResult(voters: ReadonlyArray<MemberId>, votes: ReadonlyMap<MemberId, boolean>): VoteResult {
  let granted = 0
  let missing = 0
  for (const id of voters) {
    const vote = votes.get(id)
    if (vote === undefined) missing++
    else if (vote) granted++
  }
  const needed = majority(voters.length)
  if (granted >= needed) return "won"
  return granted + missing >= needed ? "pending" : "lost"
}
