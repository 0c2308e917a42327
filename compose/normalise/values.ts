import type { Lines, OptionalTexts, Texts, Whole } from "../config.ts"
import { Float, isNull, mappingOf, type Node } from "../document.ts"
import { formatDuration, parseDuration } from "../go/duration.ts"
import { quote } from "../go/quote.ts"
import { parseSize } from "../go/size.ts"
import { splitWords } from "../go/words.ts"
import { integerScalar } from "../parse/scalar.ts"
import { scalarText } from "../scalar-text.ts"
import { type Decoder, failDecoding, unconvertible } from "./decoder.ts"

export const textOf = (node: Node): string =>
  node.kind === "scalar" && node.value !== null ? scalarText(node.value) : ""

export const text: Decoder<string> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  if (node.kind !== "scalar" || typeof node.value !== "string") return unconvertible(cursor, "string")
  return node.value === "" ? undefined : node.value
}

const flag: Decoder<boolean> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  return node.kind === "scalar" && typeof node.value === "boolean" ? node.value : unconvertible(cursor, "bool")
}

/** true or absent */
export const boolean: Decoder<boolean> = (cursor) => flag(cursor) || undefined
/** true, false or absent: they mean three things */
export const givenBoolean: Decoder<boolean> = flag

const whole: Decoder<bigint> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  const value = node.kind === "scalar" ? node.value : undefined
  if (typeof value === "bigint") return value
  if (typeof value === "number") return BigInt(value)
  return value instanceof Float ? BigInt(Math.trunc(value.value)) : unconvertible(cursor, "int")
}

const exact = (value: bigint | undefined): Whole | undefined => (value === undefined ? undefined : integerScalar(value))

/** An unsigned number, kept when it is 0 (Go: a pointer). */
export const givenUnsigned: Decoder<Whole> = (cursor) => {
  const value = whole(cursor)
  if (value !== undefined && value < 0n) {
    return failDecoding(cursor, `cannot parse '${cursor.name}', ${value} overflows uint`)
  }
  return exact(value)
}
export const unsigned: Decoder<Whole> = (cursor) => givenUnsigned(cursor) || undefined
export const signed: Decoder<Whole> = (cursor) => exact(whole(cursor)) || undefined

/** 32 bits, beyond which Docker's decoder wraps around. */
export const givenUnsigned32: Decoder<number> = (cursor) => {
  const value = givenUnsigned(cursor)
  return value === undefined ? undefined : Number(BigInt.asUintN(32, BigInt(value)))
}
export const unsigned32: Decoder<number> = (cursor) => givenUnsigned32(cursor) || undefined

/** A 32-bit float: as short as float32 allows. */
export const ratio: Decoder<number> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  const value = node.kind === "scalar" ? node.value : undefined
  if (value instanceof Float) return Math.fround(value.value) === 0 ? undefined : value.value
  return typeof value === "number" || typeof value === "bigint"
    ? Number(value) || undefined
    : unconvertible(cursor, "float32")
}

/** Kept when it is 0 (Go: a pointer). */
export const givenDuration: Decoder<string> = (cursor) => {
  const { node } = cursor
  if (isNull(node)) return undefined
  if (node.kind !== "scalar" || typeof node.value !== "string") return unconvertible(cursor, "Duration")
  const ns = parseDuration(node.value)
  if (ns !== undefined) return formatDuration(ns)
  return failDecoding(cursor, `error decoding '${cursor.name}': time: invalid duration ${quote(node.value)}`)
}
export const duration: Decoder<string> = (cursor) => {
  const given = givenDuration(cursor)
  return given === "0s" ? undefined : given
}

export const bytes: Decoder<string> = (cursor) => {
  if (isNull(cursor.node)) return undefined
  const size = parseSize(textOf(cursor.node))
  if ("error" in size) return failDecoding(cursor, `error decoding '${cursor.name}': ${size.error}`)
  return size.bytes === 0n ? undefined : String(size.bytes)
}

const orAbsent = (lines: Lines): Lines | undefined => (lines.length === 0 ? undefined : lines)

/** Items as text, whatever their type. */
export const lines: Decoder<Lines> = ({ node }) =>
  node.kind === "sequence" ? orAbsent(node.items.map(textOf)) : undefined

export const lineOrLines: Decoder<Lines> = (cursor) =>
  cursor.node.kind === "scalar" && !isNull(cursor.node) ? [textOf(cursor.node)] : lines(cursor)

/** A command line, split into words unless it is a list already. */
export const command: Decoder<Lines> = (cursor) => {
  if (cursor.node.kind !== "scalar") return lines(cursor)
  const split = splitWords(textOf(cursor.node))
  if ("error" in split) return failDecoding(cursor, `error decoding '${cursor.name}': ${split.error}`)
  return orAbsent(split.words)
}

/** A health check written as text runs in a shell. */
export const healthTest: Decoder<Lines> = (cursor) =>
  cursor.node.kind === "scalar" ? ["CMD-SHELL", textOf(cursor.node)] : lines(cursor)

const pairs = (node: Node): ReadonlyArray<readonly [string, string | null]> => {
  if (node.kind === "mapping") {
    return [...node.fields].map(([key, { node: value }]) => [key, isNull(value) ? null : textOf(value)])
  }
  if (node.kind !== "sequence") return []
  return node.items.map((child) => {
    const entry = textOf(child)
    const cut = entry.indexOf("=")
    return cut < 0 ? [entry, null] : [entry.slice(0, cut), entry.slice(cut + 1)]
  })
}

const orAbsentMap = <V>(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> | undefined =>
  map.size === 0 ? undefined : map

/** `{k: v}` or `[k=v]`; null stays null. */
export const optionalTexts: Decoder<OptionalTexts> = ({ node }) => orAbsentMap(new Map(pairs(node)))
/** `{k: v}` or `[k=v]`; null is the empty text. */
export const texts: Decoder<Texts> = ({ node }) =>
  orAbsentMap(new Map(pairs(node).map(([key, value]) => [key, value ?? ""])))

/** Like `texts`, but an empty mapping is not the same as none. */
export const givenTexts: Decoder<Texts> = (cursor) =>
  texts(cursor) ?? (cursor.node.kind === "mapping" ? new Map() : undefined)

const hostEntry = (entry: string): ReadonlyArray<string> => {
  const cut = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":")
  if (cut < 0) return []
  const ip = entry.slice(cut + 1)
  const bare = ip.length > 2 && ip.startsWith("[") && ip.endsWith("]") ? ip.slice(1, -1) : ip
  return [`${entry.slice(0, cut)}:${bare}`]
}

/** `host=ip`, `host:ip` or a mapping; the mapping is sorted by text. */
export const hosts: Decoder<Lines> = ({ node }) => {
  if (node.kind === "sequence") return orAbsent(node.items.flatMap((child) => hostEntry(textOf(child))))
  const given = [...mappingOf(node)].flatMap(([key, { node: value }]) =>
    isNull(value) ? [] : [`${key}:${formattedAsText(value)}`],
  )
  return orAbsent(given.sort().flatMap(mappedHost))
}

/** Docker formats the values as texts, whatever they are: Go then says that a number is none. */
const formattedAsText = (node: Node): string => {
  const text = textOf(node)
  if (node.kind !== "scalar") return text
  if (node.value instanceof Float) return `%!s(float64=${text})`
  return typeof node.value === "number" || typeof node.value === "bigint" ? `%!s(int=${text})` : text
}

/** In a mapping the separator is the first colon, even if the name holds an equals sign. */
const mappedHost = (entry: string): ReadonlyArray<string> => {
  const cut = entry.indexOf(":")
  const ip = entry.slice(cut + 1)
  return [`${entry.slice(0, cut)}:${ip.length > 2 && ip.startsWith("[") && ip.endsWith("]") ? ip.slice(1, -1) : ip}`]
}
