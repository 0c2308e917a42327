import * as is from "./characters.ts"
import type { Cursor, Token } from "./cursor.ts"
import { type Mark, scannerFailure } from "./failure.ts"

const c = is.code

const takeWhile = (scanner: Cursor, wanted: (char: number) => boolean): string => {
  const from = scanner.pos
  while (wanted(scanner.at())) scanner.pos++
  return scanner.text.slice(from, scanner.pos)
}

const afterAnchor = new Set([..."?:,]}%@`"].map(c))

/** `&name` or `*name`. */
export const scanAnchor = (scanner: Cursor, kind: "alias" | "anchor"): Token => {
  const start = scanner.mark()
  scanner.pos++
  const value = takeWhile(scanner, is.isWord)
  if (value === "" || !(is.isBlankOrEnd(scanner.at()) || afterAnchor.has(scanner.at()))) {
    throw scannerFailure("did not find expected alphabetic or numeric character", scanner.mark(), start)
  }
  return { kind, start, end: scanner.mark(), value }
}

const takeHandle = (scanner: Cursor, start: Mark, inDirective: boolean): string => {
  if (scanner.at() !== c("!")) throw scannerFailure("did not find expected '!'", scanner.mark(), start)
  scanner.pos++
  const name = takeWhile(scanner, is.isWord)
  if (scanner.at() === c("!")) {
    scanner.pos++
    return `!${name}!`
  }
  if (inDirective && name !== "") throw scannerFailure("did not find expected '!'", scanner.mark(), start)
  return `!${name}`
}

const inUri = new Set([...";/?:@&=+$,.!~*'()[]%"].map(c))

const takeUri = (scanner: Cursor, start: Mark, head: string): string => {
  const raw = takeWhile(scanner, (char) => is.isWord(char) || inUri.has(char))
  if (raw === "" && head === "") throw scannerFailure("did not find expected tag URI", scanner.mark(), start)
  try {
    return head.slice(1) + decodeURIComponent(raw)
  } catch {
    throw scannerFailure("did not find URI escaped octet", scanner.mark(), start)
  }
}

/** `!suffix`, `!handle!suffix`, `!<uri>`; `value` is the handle ("" for a URI), `more` the rest. */
export const scanTag = (scanner: Cursor): Token => {
  const start = scanner.mark()
  let value = ""
  let more: string
  if (scanner.at(1) === c("<")) {
    scanner.pos += 2
    more = takeUri(scanner, start, "")
    if (scanner.at() !== c(">")) throw scannerFailure("did not find the expected '>'", scanner.mark(), start)
    scanner.pos++
  } else {
    const handle = takeHandle(scanner, start, false)
    if (handle.length > 1 && handle.endsWith("!")) {
      value = handle
      more = takeUri(scanner, start, "")
    } else {
      more = takeUri(scanner, start, handle)
      if (more === "") more = "!"
      else value = "!"
    }
  }
  if (!is.isBlankOrEnd(scanner.at())) {
    throw scannerFailure("did not find expected whitespace or line break", scanner.mark(), start)
  }
  return { kind: "tag", start, end: scanner.mark(), value, more }
}

const takeNumber = (scanner: Cursor, start: Mark): number => {
  const digits = takeWhile(scanner, is.isDigit)
  if (digits.length > 2) throw scannerFailure("found extremely long version number", scanner.mark(), start)
  if (digits === "") throw scannerFailure("did not find expected version number", scanner.mark(), start)
  return Number(digits)
}

const scanVersion = (scanner: Cursor, start: Mark): Token => {
  takeWhile(scanner, is.isBlank)
  const major = takeNumber(scanner, start)
  if (scanner.at() !== c(".")) {
    throw scannerFailure("did not find expected digit or '.' character", scanner.mark(), start)
  }
  scanner.pos++
  const minor = takeNumber(scanner, start)
  return { kind: "version-directive", start, end: scanner.mark(), value: `${major}.${minor}` }
}

const scanTagDirective = (scanner: Cursor, start: Mark): Token => {
  takeWhile(scanner, is.isBlank)
  const value = takeHandle(scanner, start, true)
  if (takeWhile(scanner, is.isBlank) === "") {
    throw scannerFailure("did not find expected whitespace", scanner.mark(), start)
  }
  const more = takeUri(scanner, start, "")
  if (!is.isBlankOrEnd(scanner.at())) {
    throw scannerFailure("did not find expected whitespace or line break", scanner.mark(), start)
  }
  return { kind: "tag-directive", start, end: scanner.mark(), value, more }
}

/** A line `%YAML 1.1` or `%TAG ! prefix`. */
export const scanDirective = (scanner: Cursor): Token => {
  const start = scanner.mark()
  scanner.pos++
  const name = takeWhile(scanner, is.isWord)
  if (name === "") throw scannerFailure("could not find expected directive name", scanner.mark(), start)
  if (!is.isBlankOrEnd(scanner.at())) {
    throw scannerFailure("found unexpected non-alphabetical character", scanner.mark(), start)
  }
  if (name !== "YAML" && name !== "TAG") {
    throw scannerFailure("found unknown directive name", scanner.mark(), start)
  }
  const token = name === "YAML" ? scanVersion(scanner, start) : scanTagDirective(scanner, start)
  takeWhile(scanner, is.isBlank)
  if (scanner.at() === c("#")) takeWhile(scanner, (char) => !is.isBreakOrEnd(char))
  if (!is.isBreakOrEnd(scanner.at())) {
    throw scannerFailure("did not find expected comment or line break", scanner.mark(), start)
  }
  if (is.isBreak(scanner.at())) scanner.takeBreak()
  return token
}
