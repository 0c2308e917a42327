import type { Lines, OptionalTexts, Texts } from "../config.ts"
import { Float, isNull, type Node } from "../document.ts"
import { formatDuration } from "../go/duration.ts"
import { parseSize } from "../go/size.ts"
import { type Cursor, type Decoder, fail } from "../normalise/decoder.ts"
import { integerScalar } from "../parse/scalar.ts"
import { goText } from "../scalar-text.ts"
import { fieldsOf, itemsOf, textOf } from "./nodes.ts"

/* Values as the Compose Specification reads them: a text may stand wherever a number or a boolean is meant. */

const refuse = (cursor: Cursor, message: string): undefined => fail(cursor, "decode", message)

export const text: Decoder<string> = ({ node }) => {
  const value = isNull(node) || node.kind !== "scalar" ? "" : goText(node)
  return value === "" ? undefined : value
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...["true", "y", "yes", "on"].map((word) => [word, true] as const),
  ...["false", "n", "no", "off"].map((word) => [word, false] as const),
])

/** true, false or absent: they mean three things */
export const givenBoolean: Decoder<boolean> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value
  return words.get((textOf(node) ?? "").toLowerCase()) ?? refuse(cursor, `invalid boolean: ${goText(node)}`)
}
export const boolean: Decoder<boolean> = (cursor) => givenBoolean(cursor) || undefined

/** The other way round: true is the rule, false is said. */
export const unlessFalse: Decoder<boolean> = (cursor) => (givenBoolean(cursor) === false ? false : undefined)

export const givenInteger: Decoder<number | bigint> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  const value = node.kind === "scalar" ? node.value : undefined
  if (typeof value === "number" || typeof value === "bigint") return value
  if (value instanceof Float) return Math.trunc(value.value)
  const digits = textOf(node) ?? ""
  if (!/^[+-]?\d+$/.test(digits)) {
    return refuse(cursor, `strconv.ParseInt: parsing ${JSON.stringify(digits)}: invalid syntax`)
  }
  return integerScalar(BigInt(digits.replace("+", "")))
}
export const integer: Decoder<number | bigint> = (cursor) => givenInteger(cursor) || undefined

/** The shortest decimal that is the same 32-bit float. */
const shortest = (value: number): number => {
  for (let digits = 1; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === Math.fround(value)) return rounded
  }
  return value
}

export const float: Decoder<Float> = (cursor) => {
  const { node } = cursor
  const value = node.kind === "scalar" ? node.value : undefined
  if (value === null || value === undefined) return undefined
  const number = value instanceof Float ? value.value : Number(value)
  if (Number.isNaN(number)) {
    return refuse(cursor, `strconv.ParseFloat: parsing ${JSON.stringify(goText(node))}: invalid syntax`)
  }
  return number === 0 ? undefined : new Float(shortest(number))
}

/** Bytes in decimal. */
const givenBytes: Decoder<string> = (cursor) => {
  if (isNull(cursor.node)) return undefined
  const given = goText(cursor.node)
  if (/^[+-]?\d+$/.test(given)) return String(BigInt(given.replace("+", "")))
  const size = parseSize(given)
  return "error" in size ? refuse(cursor, size.error) : String(size.bytes)
}
export const bytes: Decoder<string> = (cursor) => {
  const given = givenBytes(cursor)
  return given === "0" ? undefined : given
}
export const bytesOrZero: Decoder<string> = (cursor) => givenBytes(cursor) ?? "0"

const unitNs: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["d", 86_400_000_000_000n],
  ["w", 604_800_000_000_000n],
])

/** Go's durations, and days and weeks. */
const durationNs = (text: string): bigint | undefined => {
  const body = text.replace(/^[+-]/, "")
  if (body === "0") return 0n
  if (!/^((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w))+$/.test(body)) return undefined
  let total = 0n
  for (const [, whole = "", fraction = "", unit = ""] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|ms|s|m|h|d|w)/g)) {
    const scale = unitNs.get(unit) ?? 1n
    total += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length)
  }
  return text.startsWith("-") ? -total : total
}

/** Kept when it is 0. */
export const givenDuration: Decoder<string> = (cursor) => {
  if (isNull(cursor.node)) return undefined
  const given = goText(cursor.node)
  const ns = durationNs(given)
  return ns === undefined ? refuse(cursor, `time: invalid duration ${JSON.stringify(given)}`) : formatDuration(ns)
}
export const duration: Decoder<string> = (cursor) => {
  const given = givenDuration(cursor)
  return given === "0s" ? undefined : given
}

/** A file's mode, octal, as text. */
export const mode: Decoder<string> = (cursor) => {
  const { node } = cursor
  if (node.kind !== "scalar" || node.value === null) return undefined
  if (typeof node.value === "number") return `0${node.value.toString(8)}`
  const octal = textOf(node) ?? ""
  if (!/^[0-7]+$/.test(octal)) {
    return refuse(cursor, `strconv.ParseInt: parsing ${JSON.stringify(goText(node))}: invalid syntax`)
  }
  return `0${Number.parseInt(octal, 8).toString(8)}`
}

export const lines: Decoder<Lines> = ({ node }) => {
  const items = node.kind === "sequence" ? node.items.map(goText) : isNull(node) ? [] : [goText(node)]
  return items.length === 0 ? undefined : items
}

const pairs = (node: Node): ReadonlyArray<readonly [string, string | null]> => {
  if (node.kind === "mapping") {
    return [...fieldsOf(node)].map(([key, field]) => [key, isNull(field.node) ? null : goText(field.node)])
  }
  return itemsOf(node).map((item) => {
    const entry = goText(item)
    const cut = entry.indexOf("=")
    return cut < 0 ? [entry, null] : [entry.slice(0, cut), entry.slice(cut + 1)]
  })
}

/** `{k: v}` or `[k=v]`; null stays null. */
export const optionalTexts: Decoder<OptionalTexts> = (cursor) => {
  const all = new Map(pairs(cursor.node))
  for (const key of all.keys()) {
    if (/\s$/.test(key)) return refuse(cursor, `environment variable ${key} is declared with a trailing space`)
  }
  return all.size === 0 ? undefined : all
}

/** `{k: v}` or `[k=v]`; null is the empty text. */
export const texts: Decoder<Texts> = ({ node }) => {
  const all = new Map(pairs(node).map(([key, value]) => [key, value ?? ""]))
  return all.size === 0 ? undefined : all
}

const bare = (ip: string): string => (ip.length > 2 && ip.startsWith("[") && ip.endsWith("]") ? ip.slice(1, -1) : ip)

/** `host=ip`, sorted. */
export const hosts: Decoder<Lines> = (cursor) => {
  const { node } = cursor
  const found: Array<string> = []
  if (node.kind === "mapping") {
    for (const [host, field] of fieldsOf(node)) {
      const values = field.node.kind === "sequence" ? field.node.items : [field.node]
      for (const value of values) found.push(`${host}=${bare(isNull(value) ? "" : goText(value))}`)
    }
  }
  for (const item of itemsOf(node)) {
    const entry = goText(item)
    const cut = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":")
    if (cut < 0) return refuse(cursor, `invalid additional host, missing IP: ${entry}`)
    for (const ip of entry.slice(cut + 1).split(",")) found.push(`${entry.slice(0, cut)}=${bare(ip)}`)
  }
  return found.length === 0 ? undefined : found.sort()
}

/**
 * A command line as go-shellwords splits it: quotes, backslashes, no comments, and an end at the first `;`, `&`, `|`, `<` or `>` that is
 * not quoted.
 */
const shellWords = (line: string): ReadonlyArray<string> | undefined => {
  const found: Array<string> = []
  let word: string | undefined
  let quote: string | undefined
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? ""
    if (char === "\\" && quote !== "'") {
      if (i + 1 >= line.length) return undefined
      const next = line[++i] ?? ""
      word = (word ?? "") + (quote === '"' && !'$"\\'.includes(next) ? `\\${next}` : next)
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined
      else word = (word ?? "") + char
    } else if (char === "'" || char === '"') {
      quote = char
      word ??= ""
    } else if (/\s/.test(char)) {
      if (word !== undefined) found.push(word)
      word = undefined
    } else if (";&|<>".includes(char)) break
    else word = (word ?? "") + char
  }
  if (quote !== undefined) return undefined
  return word === undefined ? found : [...found, word]
}

/** An empty list says something: it replaces what the image has. */
export const command: Decoder<Lines> = (cursor) => {
  const { node } = cursor
  if (node.kind === "sequence") return node.items.map(goText)
  if (isNull(node)) return undefined
  return shellWords(goText(node)) ?? refuse(cursor, "invalid command line string")
}

/** A health check written as text runs in a shell. */
export const healthTest: Decoder<Lines> = (cursor) =>
  cursor.node.kind === "scalar" ? (isNull(cursor.node) ? undefined : ["CMD-SHELL", goText(cursor.node)]) : lines(cursor)

/** `all` is -1. */
export const deviceCount: Decoder<number | bigint> = (cursor) => {
  const given = goText(cursor.node)
  if (given.toLowerCase() === "all") return -1
  if (/^[+-]?\d+$/.test(given)) return Number(given) || undefined
  return refuse(cursor, `invalid value ${JSON.stringify(given)}, the only value allowed is 'all' or a number`)
}
