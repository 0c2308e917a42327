/** How many letters must be changed, added, removed or swapped with their neighbour to make one word from the other. */
export function editDistance(a: string, b: string): number {
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

/** The known word that is a slip or two away, the nearest first; of equally near ones the first. */
export function withSlips(word: string, known: ReadonlyArray<string>): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, away: editDistance(word, candidate) }))
    .filter(({ candidate, away }) => away <= Math.max(1, Math.min(2, Math.floor(candidate.length / 3))))
    .sort((a, b) => a.away - b.away)
  return near[0]?.candidate
}
