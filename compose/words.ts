import { withSlips } from "../core/edit-distance.ts"

const squashed = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "")

/** The known word that was probably meant: the same but for case and separators, or a slip or two away. */
export const nearest = (word: string, known: ReadonlyArray<string>): string | undefined => {
  if (word.length > 60) return undefined
  const same = known.find((candidate) => squashed(candidate) === squashed(word))
  return same ?? withSlips(word.toLowerCase(), known)
}
