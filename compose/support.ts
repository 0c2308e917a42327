import { deprecatedKeys, forbiddenKeys, unsupportedStackKeys } from "./properties.ts"
import { fileSchema } from "./schema/file.ts"
import { asSchema, resolve } from "./schema/navigate.ts"
import type { Schema } from "./schema/shapes.ts"
import { specSchema } from "./schema/spec.ts"
import { unsupportedKeys, unsupportedNetworkKeys, unsupportedParts } from "./spec/to-stack.ts"

/*
 * What becomes of every key: made of the schemas and of the lists that the commands themselves go by, so that the table in docs/compose.md
 * says what is so.
 */

export interface Support {
  /** `services.*.ports.[].target`: `*` is any name, `[]` any item */
  readonly key: string
  /** in `drydock stack` (3.x), as in `docker stack` */
  readonly stack: string
  /** in `drydock stack --compat spec` */
  readonly spec: string
  /** in `drydock compose config` */
  readonly config: string
}

const newest = 13
const depthMax = 7

/** Every key that a schema names, with those of objects within. */
const keysOf = (root: Schema): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (given: Schema, path: string, depth: number): void => {
    const schema = resolve(root, given)
    if (depth > depthMax) return
    const next = (key: string) => (path === "" ? key : `${path}.${key}`)
    for (const [key, value] of Object.entries(asSchema(schema.properties) ?? {})) {
      found.add(next(key))
      visit(asSchema(value) ?? {}, next(key), depth + 1)
    }
    const items = asSchema(schema.items)
    if (items !== undefined && asSchema(resolve(root, items).properties) !== undefined)
      visit(items, next("[]"), depth + 1)
    for (const [pattern, value] of Object.entries(asSchema(schema.patternProperties) ?? {})) {
      const named = asSchema(value) ?? {}
      const inner = resolve(root, named)
      const isObject = asSchema(inner.properties) !== undefined
      if (pattern !== "^x-" && isObject) visit(named, next("*"), depth + 1)
    }
  }
  visit(root, "", 0)
  return found
}

/** Accepted by `docker stack` and lost without a word, by us too. */
const silent: ReadonlyArray<string> = [
  "services.*.depends_on",
  "services.*.tmpfs",
  "services.*.oom_score_adj",
  "services.*.networks.*.ipv4_address",
  "services.*.networks.*.ipv6_address",
  "services.*.build.shm_size",
]

const isUnder = (key: string, patterns: ReadonlyArray<string>): boolean =>
  patterns.some((pattern) => key === pattern || key.startsWith(`${pattern}.`))

const inServices = (keys: ReadonlyArray<string>): ReadonlyArray<string> => keys.map((key) => `services.*.${key}`)

const sinceOf = (key: string, versions: ReadonlyArray<ReadonlySet<string>>): number =>
  versions.findIndex((keys) => keys.has(key))

const stackSupport = (key: string, since: number): string => {
  if (isUnder(key, inServices(forbiddenKeys))) return "refused: forbidden"
  if (since < 0) return "refused"
  const from = since === 0 ? "" : ` (since 3.${since})`
  if (isUnder(key, silent)) return `ignored, as by Docker without a word${from}`
  return isUnder(key, inServices([...unsupportedStackKeys, ...deprecatedKeys])) && key !== "services.*.restart"
    ? `ignored, and said so${from}`
    : `supported${from}`
}

const leftOut: ReadonlyArray<string> = [
  ...inServices([
    ...unsupportedKeys,
    ...unsupportedParts,
    ...unsupportedStackKeys.filter((key) => key !== "restart"),
    ...deprecatedKeys,
  ]),
  ...unsupportedNetworkKeys.map((key) => `networks.*.${key}`),
  "models",
]

/** What only says how to read files, or what a person should know, has done its work by then. */
const specSupport = (key: string, known: boolean): string => {
  if (!known) return "refused"
  return isUnder(key, leftOut) ? "ignored, and said so" : "supported"
}

export const supportTable = (): ReadonlyArray<Support> => {
  const versions = Array.from({ length: newest + 1 }, (_, minor) => keysOf(fileSchema(minor)))
  const spec = keysOf(specSchema)
  const all = [...new Set([...spec, ...versions.flatMap((keys) => [...keys])])].sort()
  const forbidden = inServices(forbiddenKeys).filter((key) => !all.includes(key))
  return [...all, ...forbidden].sort().map((key) => ({
    key,
    stack: stackSupport(key, sinceOf(key, versions)),
    spec: specSupport(key, spec.has(key)),
    config: spec.has(key) ? "supported" : "refused",
  }))
}

/** The table as it stands in docs/compose.md. */
export const supportMarkdown = (): string =>
  [
    "| key | `stack` | `stack --compat spec` | `compose config` |",
    "|---|---|---|---|",
    ...supportTable().map(({ key, stack, spec, config }) => `| \`${key}\` | ${stack} | ${spec} | ${config} |`),
    "",
  ].join("\n")
