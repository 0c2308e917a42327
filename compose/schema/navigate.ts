import type { Schema } from "./shapes.ts"

export const asSchema = (value: unknown): Schema | undefined =>
  typeof value === "object" && value !== null ? { ...value } : undefined

const patterns = new Map<string, RegExp>()
const patternOf = (text: string): RegExp => {
  const known = patterns.get(text) ?? new RegExp(text)
  patterns.set(text, known)
  return known
}

/** The values within a value that a schema has something to say about. */
export const children = (schema: Schema, key: string): ReadonlyArray<Schema> => {
  const own = asSchema(schema.properties)?.[key]
  const found = Object.entries(asSchema(schema.patternProperties) ?? {})
    .filter(([pattern]) => patternOf(pattern).test(key))
    .map(([, value]) => value)
  return [own, ...found].map(asSchema).filter((inner) => inner !== undefined)
}

/** `definitions` of the root resolve its references. */
export const resolve = (root: Schema, schema: Schema): Schema => {
  const reference = typeof schema.$ref === "string" ? schema.$ref.replace("#/definitions/", "") : undefined
  return reference === undefined ? schema : (asSchema(asSchema(root.definitions)?.[reference]) ?? schema)
}

/** A value within a value, and what the schema says of it. */
export const descend = (root: Schema, schema: Schema, data: unknown, path: ReadonlyArray<string>) => {
  let at: Schema = schema
  let value = data
  for (const key of path) {
    const [child] = Array.isArray(value) ? [asSchema(at.items)] : children(at, key)
    value =
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined
    at = child === undefined ? {} : resolve(root, child)
  }
  return { schema: at, value }
}
