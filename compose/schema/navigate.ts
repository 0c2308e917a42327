import type { Schema } from "./shapes.ts"

const isPlain = (value: unknown): value is Schema => typeof value === "object" && value !== null
const asPlain = (value: unknown): Schema | undefined => (isPlain(value) ? value : undefined)

/** A value that is a schema, itself: what is known of it is remembered. */
export const asSchema = asPlain

interface Parts {
  readonly properties: ReadonlyMap<string, Schema>
  readonly patterns: ReadonlyArray<readonly [form: RegExp, schema: Schema]>
}

const known = new WeakMap<Schema, Parts>()

const entriesOf = (value: unknown): ReadonlyArray<readonly [string, Schema]> =>
  Object.entries(asPlain(value) ?? {}).flatMap(([name, inner]) => {
    const schema = asPlain(inner)
    return schema === undefined ? [] : [[name, schema] as const]
  })

const partsOf = (schema: Schema): Parts => {
  const found = known.get(schema)
  if (found !== undefined) return found
  const parts: Parts = {
    properties: new Map(entriesOf(schema.properties)),
    patterns: entriesOf(schema.patternProperties).map(([form, inner]) => [new RegExp(form), inner]),
  }
  known.set(schema, parts)
  return parts
}

/** The values within a value that a schema has something to say about. */
export const children = (schema: Schema, key: string): ReadonlyArray<Schema> => {
  const { properties, patterns } = partsOf(schema)
  const own = properties.get(key)
  if (patterns.length === 0) return own === undefined ? [] : [own]
  const found = patterns.filter(([form]) => form.test(key)).map(([, inner]) => inner)
  return own === undefined ? found : [own, ...found]
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
