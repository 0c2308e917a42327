import type * as Result from "effect/Result"
import {
  type Document,
  type Field,
  Float,
  isNull,
  type MappingNode,
  type Node,
  placeAt,
  Timestamp,
} from "../document.ts"
import type { ComposeError, Position } from "../errors.ts"
import type { Lookup } from "../interpolate/lookup.ts"
import { goText } from "../scalar-text.ts"

export interface LoadContext {
  readonly document: Document
  readonly workingDir: string
  readonly lookup: Lookup
  /** contents of the file at an absolute path, or why not, as Go says it */
  readonly readFile: (path: string) => Result.Result<Uint8Array, string>
  readonly errors: Array<ComposeError>
  /** what Docker's logger says while loading */
  readonly warnings: Array<string>
}

/** A node to decode, and how Docker's decoder names it (`Deploy.Resources.Limits.memory`). */
export interface Cursor {
  readonly node: Node
  readonly name: string
  readonly load: LoadContext
}

/** undefined: nothing there, or the zero of its type, which are the same to Docker. Errors go to the context. */
export type Decoder<T> = (cursor: Cursor) => T | undefined

export const fail = (cursor: Cursor, kind: "decode" | "file", message: string, at?: Position): undefined => {
  cursor.load.errors.push({ kind, message, place: placeAt(cursor.load.document, at ?? cursor.node.at) })
  return undefined
}

/** All decoding errors of a service come under one heading. */
export const failDecoding = (cursor: Cursor, message: string): undefined =>
  fail(cursor, "decode", `decoding failed due to the following error(s):\n\n${message}`)

const goType = (node: Node): string => {
  if (node.kind === "sequence") return "[]interface {}"
  if (node.kind !== "scalar") return "map[string]interface {}"
  const { value } = node
  if (value instanceof Float) return "float64"
  if (value instanceof Timestamp) return "time.Time"
  if (typeof value === "bigint") return value >= 2n ** 63n ? "uint64" : "int"
  return typeof value === "number" ? "int" : typeof value === "boolean" ? "bool" : "string"
}

export const unconvertible = (cursor: Cursor, wanted: string): undefined =>
  failDecoding(
    cursor,
    `'${cursor.name}' expected type '${wanted}', got unconvertible type '${goType(cursor.node)}', value: '${goText(cursor.node)}'`,
  )

/** Names in Docker's decoder that are neither the key itself nor the key with a capital. */
const goNames: ReadonlyMap<string, string> = new Map([
  ["healthcheck", "HealthCheck"],
  ["dns", "DNS"],
  ["uid", "UID"],
  ["gid", "GID"],
  ...["cpus", "memory", "pids", "tty", "isolation", "domainname"].map((key) => [key, key] as const),
])

const goName = (key: string): string => {
  const known = goNames.get(key)
  if (known !== undefined) return known
  return /[_-]/.test(key) ? key : key.charAt(0).toUpperCase() + key.slice(1)
}

export const inside = (cursor: Cursor, key: string, node: Node): Cursor => ({
  ...cursor,
  node,
  name: cursor.name === "" ? goName(key) : `${cursor.name}.${goName(key)}`,
})

export const item = (cursor: Cursor, index: number | string, node: Node): Cursor => ({
  ...cursor,
  node,
  name: `${cursor.name}[${index}]`,
})

/** Keys match exactly, or else without regard to case (visible only where the schema leaves an object open). */
export const fieldOf = (mapping: MappingNode, key: string): Field | undefined => {
  const exact = mapping.fields.get(key)
  if (exact !== undefined) return exact
  for (const [name, field] of mapping.fields) if (name.toLowerCase() === key) return field
  return undefined
}

export type DecodersOf<T> = { readonly [K in keyof T]-?: Decoder<Exclude<T[K], undefined>> }

/** An object with the given fields, in this order. Empty ones are absent, unless `keepEmpty` (Go: a pointer). */
export const struct = <T extends object>(fields: DecodersOf<T>, keepEmpty = false): Decoder<T> => {
  // Built key by key from a table that has exactly the keys of T: the compiler cannot follow that.
  const entries = Object.entries(fields) as ReadonlyArray<[string, Decoder<unknown>]>
  return (cursor) => {
    const { node } = cursor
    if (isNull(node)) return undefined
    if (node.kind !== "mapping") return unconvertible(cursor, "map")
    const decoded: Record<string, unknown> = {}
    for (const [key, decode] of entries) {
      const field = fieldOf(node, key)
      const value = field === undefined ? undefined : decode(inside(cursor, key, field.node))
      if (value !== undefined) decoded[key] = value
    }
    return keepEmpty || Object.keys(decoded).length > 0 ? (decoded as T) : undefined
  }
}

/** A list; an empty one is absent, and so are items that decode to nothing. */
export const list =
  <T>(decode: Decoder<T>): Decoder<ReadonlyArray<T>> =>
  (cursor) => {
    const { node } = cursor
    if (isNull(node)) return undefined
    if (node.kind !== "sequence") return unconvertible(cursor, "list")
    const items = node.items.flatMap((child, index) => decode(item(cursor, index, child)) ?? [])
    return items.length === 0 ? undefined : items
  }

/** Objects by name; `empty` stands for those that decode to nothing. */
export const mapOf =
  <T, E>(decode: Decoder<T>, empty: E): Decoder<ReadonlyMap<string, T | E>> =>
  (cursor) => {
    const { node } = cursor
    if (node.kind !== "mapping" || node.fields.size === 0) return undefined
    const decoded = new Map<string, T | E>()
    for (const [key, field] of node.fields) decoded.set(key, decode(item(cursor, key, field.node)) ?? empty)
    return decoded
  }
