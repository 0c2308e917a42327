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

/** What a schema says of the value at a path. */
export const schemaFor = (root: Schema, path: ReadonlyArray<string>): Schema => {
  let schema = root
  for (const key of path) {
    const item = /^\d+$/.test(key) ? asSchema(schema.items) : undefined
    const [child = item] = children(schema, key)
    if (child === undefined) return {}
    schema = resolve(root, child)
  }
  return schema
}
