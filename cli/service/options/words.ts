import { splitWords } from "../../../compose/go/words.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"

/** A line cut into words as a shell does it. */
export function shellWords(line: string): Parsed<ReadonlyArray<string>> {
  const split = splitWords(line)
  return "error" in split ? bad(split.error) : good(split.words)
}
