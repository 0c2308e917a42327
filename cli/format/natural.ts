/** Order of names in which runs of digits count as numbers: web-2 before web-10. */
export function naturalCompare(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareChunks(left[i] ?? "", right[i] ?? "")
    if (order !== 0) return order
  }
  return left.length - right.length || plain(a, b)
}

function compareChunks(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return plain(a, b)
  const left = a.replace(/^0+/, "")
  const right = b.replace(/^0+/, "")
  return left.length - right.length || plain(left, right)
}

const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const byName =
  <A>(name: (item: A) => string) =>
  (a: A, b: A): number =>
    naturalCompare(name(a), name(b))
