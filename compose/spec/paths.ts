import type { Node } from "../document.ts"
import { absolutePath, isWindowsAbsolute } from "../go/path.ts"
import type { Notes } from "./canonical.ts"
import { changeField, child, has, mapFields, scalarNode, textOf } from "./nodes.ts"
import { Rules } from "./rules.ts"

export interface Base {
  /** absolute: where relative paths begin */
  readonly directory: string
  readonly home: string | undefined
}

type Resolve = (node: Node, base: Base, notes: Notes) => Node

const withHome = (path: string, { home }: Base): string =>
  path.startsWith("~") && home !== undefined ? home + path.slice(1) : path

const isRemote = (path: string): boolean =>
  path.includes("://") ||
  ["service:", "https://", "http://", "git://", "ssh://", "github.com/", "git@"].some((start) => path.startsWith(start))

const onText =
  (change: (path: string, base: Base) => string): Resolve =>
  (node, base) => {
    const path = textOf(node)
    return path === undefined ? node : scalarNode(node.at, change(path, base))
  }

const absolute = onText((path, base) => (path === "" ? path : absolutePath(base.directory, withHome(path, base))))

const context = onText((path, base) => (isRemote(path) ? path : absolutePath(base.directory, withHome(path, base))))

const unixPath = onText((given, base) => {
  const path = withHome(given, base)
  return isWindowsAbsolute(path) ? path : absolutePath(base.directory, path)
})

const mount: Resolve = (node, base, notes) => {
  if (node.kind !== "mapping" || textOf(child(node, "type")) !== "bind") return node
  if (!has(node, "source")) {
    notes.errors.push({ message: 'invalid mount config for type "bind": field Source must not be empty', node })
    return node
  }
  return changeField(node, "source", (source) => unixPath(source, base, notes))
}

const driverOptions: Resolve = (node, base, notes) => {
  if (node.kind !== "mapping" || textOf(child(node, "driver")) !== "local") return node
  return changeField(node, "driver_opts", (options) => {
    if (options.kind !== "mapping" || textOf(child(options, "o")) !== "bind") return options
    return changeField(options, "device", (device) => unixPath(device, base, notes))
  })
}

const rules = new Rules<Resolve>([
  ["services.*.build.context", context],
  ["services.*.build.additional_contexts.*", context],
  ["services.*.build.ssh.*", unixPath],
  ["services.*.env_file.*.path", absolute],
  ["services.*.label_file.*", absolute],
  ["services.*.extends.file", absolute],
  ["services.*.develop.watch.*.path", absolute],
  ["services.*.volumes.*", mount],
  ["configs.*.file", unixPath],
  ["secrets.*.file", unixPath],
  ["volumes.*", driverOptions],
])

const apply = (node: Node, at: Rules<Resolve> | undefined, base: Base, notes: Notes): Node => {
  if (at === undefined) return node
  const changed = at.value === undefined ? node : at.value(node, base, notes)
  if (changed.kind === "mapping") return mapFields(changed, (inner, key) => apply(inner, at.under(key), base, notes))
  if (changed.kind !== "sequence") return changed
  return { ...changed, items: changed.items.map((item) => apply(item, at.under("*"), base, notes)) }
}

/** Makes every path of a canonical tree absolute, but for those within containers. */
export const resolvePaths = <T extends Node>(root: T, base: Base, notes: Notes): T => {
  const resolved = apply(root, rules, base, notes)
  return resolved.kind === root.kind ? ({ ...root, ...resolved } as T) : root
}
