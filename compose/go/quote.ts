const named: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [34, '\\"'],
  [92, "\\\\"],
])

const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0")

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** Go's strconv.Quote: the form in which Docker's messages show text. */
export const quote = (text: string): string => {
  let out = '"'
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    const short = named.get(code)
    if (short !== undefined) out += short
    else if (printable.test(char)) out += char
    else if (code < 0x80) out += `\\x${hex(code, 2)}`
    else out += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  }
  return `${out}"`
}
