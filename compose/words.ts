/** How many letters must be changed, added, removed or swapped with their neighbour to make one word from the other. */
const distance = (a: string, b: string): number => {
  let before: Array<number> = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(swapped ? Math.min(best, (before[j - 2] ?? 0) + 1) : best)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}

const squashed = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "")

/** The known word that was probably meant: the same but for case and separators, or a slip or two away. */
export const nearest = (word: string, known: ReadonlyArray<string>): string | undefined => {
  if (word.length > 60) return undefined
  const same = known.find((candidate) => squashed(candidate) === squashed(word))
  if (same !== undefined) return same
  const near = known
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, away }) => away <= Math.max(1, Math.min(2, Math.floor(candidate.length / 3))))
    .sort((a, b) => a.away - b.away)
  return near[0]?.candidate
}
