import { bad, good, type Parsed } from "../../args/parsed.ts"

/** A line cut into words as a shell does it: quotes and backslashes, comments after #. */
export function shellWords(line: string): Parsed<ReadonlyArray<string>> {
  const words: string[] = []
  let word: string | undefined
  let i = 0
  while (i < line.length) {
    const c = line[i] ?? ""
    if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
      i++
    } else if (c === "#" && word === undefined) {
      break
    } else if (c === "'" || c === '"') {
      const quoted = readQuoted(line, i)
      if (quoted === undefined) return bad("EOF found when expecting closing quote")
      word = (word ?? "") + quoted.text
      i = quoted.next
    } else if (c === "\\") {
      if (i + 1 >= line.length) return bad("EOF found after escape character")
      word = (word ?? "") + (line[i + 1] ?? "")
      i += 2
    } else {
      word = (word ?? "") + c
      i++
    }
  }
  return good(word === undefined ? words : [...words, word])
}

function readQuoted(line: string, start: number): { readonly text: string; readonly next: number } | undefined {
  const quote = line[start]
  let text = ""
  for (let i = start + 1; i < line.length; i++) {
    const c = line[i] ?? ""
    if (c === quote) return { text, next: i + 1 }
    if (c === "\\" && quote === '"') text += line[++i] ?? ""
    else text += c
  }
  return undefined
}
