/** What a part of the screen needs at least, and what it would use. */
export interface Want {
  readonly min: number
  readonly want: number
}

/**
 * Shares rows out: first what each needs, in the order given, then row by row round about until all have what they want or none is left.
 * A part that would get less than two rows (its heading and a line) gets none.
 */
export function shareRows(total: number, wants: ReadonlyArray<Want>): ReadonlyArray<number> {
  let left = Math.max(0, total)
  const shares = wants.map(({ min, want }) => {
    const share = Math.min(min, want, left)
    const given = share < 2 ? 0 : share
    left -= given
    return given
  })
  for (let grew = true; grew && left > 0; ) {
    grew = false
    for (const [i, { want }] of wants.entries()) {
      const share = shares[i] ?? 0
      if (share === 0 || share >= want || left === 0) continue
      shares[i] = share + 1
      left--
      grew = true
    }
  }
  return shares
}
