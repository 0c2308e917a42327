import { parseDuration } from "../go/duration.ts"
import { parsePorts } from "../go/ports.ts"
import { asSchema, children, resolve } from "./navigate.ts"
import type { Schema } from "./shapes.ts"

/** What Docker's schema library checks in a way of its own. */
export type Broken =
  | { readonly keyword: "uniqueItems"; readonly previous: number; readonly index: number }
  | { readonly keyword: "format"; readonly format: string }

export interface Assertion {
  readonly path: ReadonlyArray<string>
  readonly broken: Broken
}

const canonical = (value: unknown): string =>
  value === null || typeof value !== "object"
    ? JSON.stringify(value)
    : JSON.stringify(value, (_key, inner: unknown) =>
        inner !== null && typeof inner === "object" && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      )

/** The pairs of (previous equal item, this item). */
const repeats = (items: ReadonlyArray<unknown>): ReadonlyArray<Broken> => {
  if (items.length < 2) return []
  const seen = new Map<string, number>()
  return items.flatMap((item, index): ReadonlyArray<Broken> => {
    const text = canonical(item)
    const previous = seen.get(text)
    seen.set(text, index)
    return previous === undefined ? [] : [{ keyword: "uniqueItems", previous, index }]
  })
}

const formats: ReadonlyMap<unknown, (text: string) => boolean> = new Map([
  ["duration", (text: string) => parseDuration(text) !== undefined],
  ["ports", (text: string) => "ports" in parsePorts(text)],
])

/** Of a number Docker's library looks at the numerator of the exact fraction: 80.5 is 161/2. */
const numerator = (value: number): string => {
  let scaled = value
  while (!Number.isInteger(scaled) && Math.abs(scaled) < 2 ** 53) scaled *= 2
  return String(scaled)
}

const hasFormat = (name: unknown, value: unknown): boolean => {
  const check = formats.get(name)
  if (check === undefined || (typeof value !== "string" && typeof value !== "number")) return true
  return check(typeof value === "number" ? numerator(value) : value)
}

const relevant = new WeakMap<Schema, boolean>()

/** Whether a schema, or one within it, has anything for us to check. */
const isRelevant = (root: Schema, given: Schema): boolean => {
  const schema = resolve(root, given)
  const known = relevant.get(schema)
  if (known !== undefined) return known
  const inner = [schema.properties, schema.patternProperties].flatMap((group) => Object.values(asSchema(group) ?? {}))
  const found =
    schema.format !== undefined ||
    schema.uniqueItems === true ||
    [...inner, schema.items].some((one) => {
      const child = asSchema(one)
      return child !== undefined && isRelevant(root, child)
    })
  relevant.set(schema, found)
  return found
}

const walk = (
  root: Schema,
  given: Schema,
  data: unknown,
  path: ReadonlyArray<string>,
  broken: Array<Assertion>,
): void => {
  if (!isRelevant(root, given)) return
  const schema = resolve(root, given)
  if (schema.format !== undefined && !hasFormat(schema.format, data)) {
    broken.push({ path, broken: { keyword: "format", format: String(schema.format) } })
  }
  if (Array.isArray(data)) {
    if (schema.uniqueItems === true) for (const pair of repeats(data)) broken.push({ path, broken: pair })
    const items = asSchema(schema.items)
    if (items === undefined) return
    for (const [index, item] of data.entries()) walk(root, items, item, [...path, String(index)], broken)
  } else if (typeof data === "object" && data !== null) {
    for (const [key, value] of Object.entries(data)) {
      for (const inner of children(schema, key)) walk(root, inner, value, [...path, key], broken)
    }
  }
}

export const brokenAssertions = (root: Schema, data: unknown): ReadonlyArray<Assertion> => {
  const broken: Array<Assertion> = []
  walk(root, root, data, [], broken)
  return broken
}
