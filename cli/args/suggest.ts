import { withSlips } from "../../core/edit-distance.ts"

/** The known word that was probably meant, if one is near enough. */
export const suggestion = (word: string, known: ReadonlyArray<string>): string | undefined =>
  withSlips(word, known) ?? known.find((candidate) => word.length >= 3 && candidate.startsWith(word))
