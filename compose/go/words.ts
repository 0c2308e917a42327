export type Words = { readonly words: ReadonlyArray<string> } | { readonly error: string }

const blanks = " \t\r\n"

/**
 * Splits a command line as google/shlex does: '…' raw, "…" with backslash escapes, a backslash outside quotes,
 * and # at the start of a word as a comment up to the end of the line.
 */
export const splitWords = (text: string): Words => {
  const words: Array<string> = []
  let word: string | undefined
  const chars = [...text]
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? ""
    if (blanks.includes(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (char === "#" && word === undefined) {
      while (i < chars.length && chars[i] !== "\n") i++
    } else if (char === "\\") {
      i++
      if (i >= chars.length) return { error: "EOF found after escape character" }
      word = (word ?? "") + chars[i]
    } else if (char === "'" || char === '"') {
      const quoted = readQuoted(chars, i + 1, char)
      if (quoted === undefined) return { error: "EOF found when expecting closing quote" }
      word = (word ?? "") + quoted.text
      i = quoted.end
    } else word = (word ?? "") + char
  }
  if (word !== undefined) words.push(word)
  return { words }
}

const readQuoted = (
  chars: ReadonlyArray<string>,
  from: number,
  mark: string,
): { text: string; end: number } | undefined => {
  let text = ""
  for (let i = from; i < chars.length; i++) {
    const char = chars[i] ?? ""
    if (char === mark) return { text, end: i }
    if (char === "\\" && mark === '"') {
      i++
      if (i >= chars.length) return undefined
      text += chars[i]
    } else text += char
  }
  return undefined
}
