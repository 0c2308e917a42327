import type { Extensions, Plain, StackConfig } from "./config.ts"
import type { Scalar } from "./document.ts"
import { naturalOrder } from "./go/natural-order.ts"
import { json } from "./print/json.ts"
import { isList, isScalar, type Printable } from "./print/printable.ts"
import { printScalar, printText } from "./print/scalar.ts"

export const byName = (map: ReadonlyMap<string, Plain>): ReadonlyArray<[string, Printable]> =>
  [...map].sort(([a], [b]) => naturalOrder(a, b))

/** Maps are sorted; objects keep their order, with the `x-` keys at their end. */
const entriesOf = (value: ReadonlyMap<string, Printable> | { readonly [key: string]: Printable }) => {
  if (value instanceof Map) return [...value].sort(([a], [b]) => naturalOrder(a, b))
  const own = Object.entries(value).filter(
    ([key, inner]) => key !== "extensions" && !(inner instanceof Map && inner.size === 0),
  )
  const extensions = (value as { readonly extensions?: Extensions }).extensions
  return extensions === undefined ? own : [...own, ...byName(extensions)]
}

const printList = (items: ReadonlyArray<Printable>, indent: string): string =>
  items
    .map((item) => {
      if (isScalar(item)) return `${indent}- ${printScalar(item, `${indent}  `)}\n`
      const block = printBlock(item, `${indent}  `)
      return block.startsWith(" ") ? `${indent}- ${block.slice(indent.length + 2)}` : `${indent}- ${block}`
    })
    .join("")

/** A block on lines of its own, or `{}` / `[]` with its line break. */
const printBlock = (value: Exclude<Printable, Scalar>, indent: string): string => {
  if (isList(value)) return value.length === 0 ? "[]\n" : printList(value, indent)
  const entries = entriesOf(value)
  if (entries.length === 0) return "{}\n"
  return entries.map(([key, inner]) => printEntry(key, inner, indent)).join("")
}

export const printEntry = (key: string, value: Printable, indent: string): string => {
  const head = `${indent}${printText(key, indent, true)}:`
  if (isScalar(value)) return `${head} ${printScalar(value, `${indent}  `)}\n`
  const block = printBlock(value, `${indent}  `)
  return block.startsWith("{}") || block.startsWith("[]") ? `${head} ${block}` : `${head}\n${block}`
}

/** What `docker stack config` prints. */
export const configYaml = (config: StackConfig): string => {
  const section = (name: string, map: ReadonlyMap<string, Printable>): string =>
    map.size === 0 ? "" : printEntry(name, map, "")
  return [
    `version: ${JSON.stringify(config.version)}\n`,
    printEntry("services", asPrintable(config.services), ""),
    section("networks", asPrintable(config.networks)),
    section("volumes", asPrintable(config.volumes)),
    section("secrets", asPrintable(config.secrets)),
    section("configs", asPrintable(config.configs)),
    ...byName(config.extensions).map(([key, value]) => printEntry(key, value, "")),
  ].join("")
}

/** Interfaces have no index signature, though every value in ours is printable. */
export const asPrintable = <T extends object>(map: ReadonlyMap<string, T>): ReadonlyMap<string, Printable> =>
  map as ReadonlyMap<string, object> as ReadonlyMap<string, Printable>

/** The same as JSON. */
export const configJson = (config: StackConfig): string => {
  const { version, extensions, ...sections } = config
  const entries: ReadonlyArray<readonly [string, Printable]> = [
    ["version", version],
    ...Object.entries(sections).flatMap(([name, map]) =>
      map.size === 0 && name !== "services" ? [] : [[name, asPrintable<object>(map)] as const],
    ),
  ]
  const root: { readonly [key: string]: Printable } = { ...Object.fromEntries(entries), extensions }
  return `${json(root, "", true)}\n`
}
