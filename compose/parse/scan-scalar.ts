import * as is from "./characters.ts"
import type { Cursor, Token } from "./cursor.ts"
import { type Mark, scannerFailure } from "./failure.ts"

const c = is.code

/** Line breaks within a folded text: one becomes a blank, of several the first vanishes; the rarer kinds of break stay. */
const folded = (first: string, others: string): string => {
  if (first !== "\n") return first + others
  return others === "" ? " " : others
}

const isDocumentIndicator = (scanner: Cursor): boolean =>
  scanner.column === 0 &&
  (scanner.text.startsWith("---", scanner.pos) || scanner.text.startsWith("...", scanner.pos)) &&
  is.isBlankOrEnd(scanner.at(3))

const flowIndicators = new Set([...",?[]{}"].map(c))

export const scanPlainScalar = (scanner: Cursor): Token => {
  const start = scanner.mark()
  let end = start
  const indent = scanner.indent + 1
  let value = ""
  let pending = ""
  let first = ""
  let others = ""
  let leadingBlanks = false
  for (;;) {
    if (isDocumentIndicator(scanner) || scanner.at() === c("#")) break
    const from = scanner.pos
    for (;;) {
      const char = scanner.at()
      if (is.isBlankOrEnd(char)) break
      if (char === c(":") && is.isBlankOrEnd(scanner.at(1))) break
      if (scanner.flowLevel > 0 && flowIndicators.has(char)) break
      scanner.pos++
    }
    if (scanner.pos > from) {
      value += leadingBlanks ? folded(first, others) : pending
      leadingBlanks = false
      pending = ""
      others = ""
      value += scanner.text.slice(from, scanner.pos)
      end = scanner.mark()
    }
    if (!is.isBlank(scanner.at()) && !is.isBreak(scanner.at())) break
    for (;;) {
      const char = scanner.at()
      if (is.isBlank(char)) {
        if (leadingBlanks && scanner.column < indent && char === is.tab) {
          throw scannerFailure("found a tab character that violates indentation", scanner.mark(), start)
        }
        if (!leadingBlanks) pending += String.fromCharCode(char)
        scanner.pos++
      } else if (is.isBreak(char)) {
        if (leadingBlanks) others += scanner.takeBreak()
        else {
          pending = ""
          first = scanner.takeBreak()
          leadingBlanks = true
        }
      } else break
    }
    if (scanner.flowLevel === 0 && scanner.column < indent) break
  }
  if (leadingBlanks) scanner.simpleKeyAllowed = true
  return { kind: "scalar", start, end, value, plain: true }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\u001b"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\u0085"],
  ["_", "\u00a0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
])

const codeLengths: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
])

const takeEscape = (scanner: Cursor, start: Mark): string => {
  const letter = scanner.text.charAt(scanner.pos + 1)
  const known = escapes.get(letter)
  if (known !== undefined) {
    scanner.pos += 2
    return known
  }
  const length = codeLengths.get(letter)
  if (length === undefined) throw scannerFailure("found unknown escape character", scanner.mark(), start)
  scanner.pos += 2
  const digits = scanner.text.slice(scanner.pos, scanner.pos + length)
  if (digits.length < length || ![...digits].every((digit) => is.isHex(is.code(digit)))) {
    throw scannerFailure("did not find expected hexdecimal number", scanner.mark(), start)
  }
  const value = Number.parseInt(digits, 16)
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw scannerFailure("found invalid Unicode character escape code", scanner.mark(), start)
  }
  scanner.pos += length
  return String.fromCodePoint(value)
}

export const scanQuotedScalar = (scanner: Cursor, single: boolean): Token => {
  const start = scanner.mark()
  const quote = single ? c("'") : c('"')
  scanner.pos++
  let value = ""
  for (;;) {
    if (isDocumentIndicator(scanner)) throw scannerFailure("found unexpected document indicator", scanner.mark(), start)
    if (is.isEnd(scanner.at())) throw scannerFailure("found unexpected end of stream", scanner.mark(), start)
    let leadingBlanks = false
    let from = scanner.pos
    const flush = () => {
      value += scanner.text.slice(from, scanner.pos)
    }
    for (;;) {
      const char = scanner.at()
      if (is.isBlankOrEnd(char)) break
      if (char === quote) {
        if (!single || scanner.at(1) !== quote) break
        flush()
        value += "'"
        scanner.pos += 2
        from = scanner.pos
      } else if (!single && char === c("\\")) {
        flush()
        if (is.isBreak(scanner.at(1))) {
          scanner.pos++
          scanner.takeBreak()
          leadingBlanks = true
          from = scanner.pos
          break
        }
        value += takeEscape(scanner, start)
        from = scanner.pos
      } else scanner.pos++
    }
    flush()
    if (scanner.at() === quote) break
    let whitespace = ""
    let first = ""
    let others = ""
    for (;;) {
      const char = scanner.at()
      if (is.isBlank(char)) {
        if (!leadingBlanks) whitespace += String.fromCharCode(char)
        scanner.pos++
      } else if (is.isBreak(char)) {
        if (leadingBlanks) others += scanner.takeBreak()
        else {
          whitespace = ""
          first = scanner.takeBreak()
          leadingBlanks = true
        }
      } else break
    }
    // After an escaped break `first` is empty: nothing stands for it.
    value += leadingBlanks ? (first === "" ? others : folded(first, others)) : whitespace
  }
  scanner.pos++
  return { kind: "scalar", start, end: scanner.mark(), value, plain: false }
}

interface BlockHeader {
  readonly chomping: "clip" | "strip" | "keep"
  readonly increment: number
}

const takeIncrement = (scanner: Cursor, start: Mark): number => {
  if (!is.isDigit(scanner.at())) return 0
  if (scanner.at() === c("0")) {
    throw scannerFailure("found an indentation indicator equal to 0", scanner.mark(), start)
  }
  return scanner.text.charCodeAt(scanner.pos++) - c("0")
}

const takeChomping = (scanner: Cursor): BlockHeader["chomping"] | undefined => {
  const char = scanner.at()
  if (char !== c("+") && char !== c("-")) return undefined
  scanner.pos++
  return char === c("+") ? "keep" : "strip"
}

const takeHeader = (scanner: Cursor, start: Mark): BlockHeader => {
  scanner.pos++
  const early = takeChomping(scanner)
  const increment = takeIncrement(scanner, start)
  const chomping = early ?? (increment > 0 ? takeChomping(scanner) : undefined) ?? "clip"
  while (is.isBlank(scanner.at())) scanner.pos++
  if (scanner.at() === c("#")) while (!is.isBreakOrEnd(scanner.at())) scanner.pos++
  if (!is.isBreakOrEnd(scanner.at())) {
    throw scannerFailure("did not find expected comment or line break", scanner.mark(), start)
  }
  if (is.isBreak(scanner.at())) scanner.takeBreak()
  return { chomping, increment }
}

/** The empty lines before a line of the text, and the indentation, found by the first line when it is not given (0). */
const takeBreaks = (scanner: Cursor, start: Mark, given: number): { readonly breaks: string; indent: number } => {
  let breaks = ""
  let deepest = 0
  for (;;) {
    while ((given === 0 || scanner.column < given) && scanner.at() === is.space) scanner.pos++
    deepest = Math.max(deepest, scanner.column)
    if ((given === 0 || scanner.column < given) && scanner.at() === is.tab) {
      const problem = "found a tab character where an indentation space is expected"
      throw scannerFailure(problem, scanner.mark(), start)
    }
    if (!is.isBreak(scanner.at())) break
    breaks += scanner.takeBreak()
  }
  return { breaks, indent: given === 0 ? Math.max(deepest, scanner.indent + 1, 1) : given }
}

export const scanBlockScalar = (scanner: Cursor, literal: boolean): Token => {
  const start = scanner.mark()
  const { chomping, increment } = takeHeader(scanner, start)
  let found = takeBreaks(scanner, start, increment > 0 ? Math.max(scanner.indent, 0) + increment : 0)
  let value = ""
  let first = ""
  let leadingBlank = false
  while (scanner.column === found.indent && !is.isEnd(scanner.at())) {
    const startsBlank = is.isBlank(scanner.at())
    const folds = !literal && !leadingBlank && !startsBlank && first === "\n"
    value += folds ? (found.breaks === "" ? " " : "") : first
    value += found.breaks
    leadingBlank = startsBlank
    const from = scanner.pos
    while (!is.isBreakOrEnd(scanner.at())) scanner.pos++
    value += scanner.text.slice(from, scanner.pos)
    first = is.isEnd(scanner.at()) ? "" : scanner.takeBreak()
    found = takeBreaks(scanner, start, found.indent)
  }
  if (chomping !== "strip") value += first
  if (chomping === "keep") value += found.breaks
  return { kind: "scalar", start, end: scanner.mark(), value, plain: false }
}
