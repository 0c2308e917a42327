import { Float, Timestamp } from "../document.ts"
import { formatFloat } from "../go/float.ts"
import { isList, isScalar, type Printable } from "./printable.ts"

const isMap = (value: Printable): value is ReadonlyMap<string, Printable> => value instanceof Map

const withExtensions = (
  value: { readonly [key: string]: Printable },
  extended: boolean,
): ReadonlyArray<readonly [string, Printable]> =>
  Object.entries(value).flatMap(([key, inner]): ReadonlyArray<readonly [string, Printable]> => {
    if (key !== "extensions") return inner instanceof Map && inner.size === 0 ? [] : [[key, inner]]
    return extended && inner instanceof Map ? [...inner] : []
  })

const escapes: ReadonlyMap<string, string> = new Map([
  ["<", "\\u003c"],
  [">", "\\u003e"],
  ["&", "\\u0026"],
  ["\u2028", "\\u2028"],
  ["\u2029", "\\u2029"],
])

/** Texts as Go's encoder writes them. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes.get(char) ?? char)

const scalar = (value: Printable): string => {
  if (typeof value === "string") return quoted(value)
  if (value instanceof Float) return formatFloat(value.value)
  if (value instanceof Timestamp) return quoted(value.rfc3339)
  return String(value)
}

/** JSON with the order of keys that is given; names that the user chose are sorted. `extended`: with the `x-` keys. */
export const json = (value: Printable, indent: string, extended: boolean): string => {
  if (isScalar(value)) return scalar(value)
  const inner = `${indent}  `
  if (isList(value)) {
    if (value.length === 0) return "[]"
    return `[\n${value.map((item) => `${inner}${json(item, inner, extended)}`).join(",\n")}\n${indent}]`
  }
  const entries: ReadonlyArray<readonly [string, Printable]> = isMap(value)
    ? [...value].sort(([a], [b]) => (a < b ? -1 : 1))
    : withExtensions(value, extended)
  if (entries.length === 0) return "{}"
  return `{\n${entries.map(([key, one]) => `${inner}${quoted(key)}: ${json(one, inner, extended)}`).join(",\n")}\n${indent}}`
}
