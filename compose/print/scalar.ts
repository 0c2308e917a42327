import { Float, type Scalar, Timestamp } from "../document.ts"
import { formatFloat } from "../go/float.ts"
import { plainScalar } from "../parse/scalar.ts"

/** Words that YAML 1.1 took for booleans: quoted, so that older readers see text. */
const oldBooleans = /^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/
/** `12:30` was a number in base 60. */
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/

const readsAsWord = (text: string): boolean =>
  text.length <= 5 && (typeof plainScalar(text) !== "string" || oldBooleans.test(text))

const readsAsOtherType = (text: string): boolean =>
  typeof plainScalar(text) !== "string" || oldBooleans.test(text) || base60.test(text)

const special = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u

const escapes: ReadonlyMap<string, string> = new Map([
  ["\0", "\\0"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\u000b", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\u001b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0085", "\\N"],
  ["\u00a0", "\\_"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
])

const escaped = (char: string): string => {
  const known = escapes.get(char)
  if (known !== undefined) return known
  if (!special.test(char)) return char
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`
}

const doubleQuoted = (text: string): string => `"${[...text].map(escaped).join("")}"`
const singleQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const plainIsSafe = (text: string): boolean => {
  if (text === "" || /^\s|\s$/.test(text)) return false
  if (/^(---|\.\.\.)/.test(text)) return false
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return false
  if (/^[-?:]([\s]|$)/.test(text)) return false
  return !/: | #|:$/.test(text)
}

/** A literal block keeps line breaks readable; not possible with a blank before a break, or with control characters. */
const literal = (text: string, indent: string): string | undefined => {
  if (!text.includes("\n") || special.test(text) || /[ \t]\n|\r|[\u0085\u2028\u2029]|[ \t]$/.test(text))
    return undefined
  const hint = /^[ \n]/.test(text) ? "2" : ""
  const chomp = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-"
  // Docker's printer loses a line break at the very start.
  const body = text.replace(/^\n/, "").replace(/\n$/, "").split("\n")
  return `|${hint}${chomp}\n${body.map((line) => (line === "" ? "" : `${indent}${line}`)).join("\n")}`
}

/** A text as Docker's printer writes it. `indent` is that of the lines of a block. */
export const printText = (text: string, indent: string, isKey = false): string => {
  // Most texts by far: they can be nothing else, and need no quotes.
  if (/^[a-zA-Z_/][a-zA-Z0-9_./-]*$/.test(text) && !readsAsWord(text)) return text
  if (readsAsOtherType(text)) return doubleQuoted(text)
  if (special.test(text)) return doubleQuoted(text)
  if (text.includes("\n")) return (isKey ? undefined : literal(text, indent)) ?? doubleQuoted(text)
  if (text.includes("\t")) return doubleQuoted(text)
  return plainIsSafe(text) ? text : singleQuoted(text)
}

export const printScalar = (value: Scalar, indent: string): string => {
  if (value === null) return "null"
  if (typeof value === "string") return printText(value, indent)
  if (typeof value === "number" && !Number.isInteger(value)) return formatFloat(value)
  if (value instanceof Float) return formatFloat(value.value)
  if (value instanceof Timestamp) return value.rfc3339
  return String(value)
}
