import type { StackConfig } from "../config.ts"
import type { Document, Path } from "../document.ts"
import { nodeAt, placeAt, positionOf } from "../document.ts"
import type { ComposeError, Place } from "../errors.ts"
import type { ReadFile } from "../load.ts"

export interface ConvertContext {
  readonly namespace: string
  readonly config: StackConfig
  readonly documents: ReadonlyArray<Document>
  readonly readFile: ReadFile
  readonly errors: Array<ComposeError>
}

/** Where a path stands: in the last file that has all of it, or else as near as the first file comes. */
const placeOf = (documents: ReadonlyArray<Document>, path: Path): Place => {
  const holder = documents.findLast((document) => nodeAt(document.root, path) !== undefined)
  if (holder !== undefined) return placeAt(holder, positionOf(holder.root, path))
  if (path.length > 0) return placeOf(documents, path.slice(0, -1))
  return { file: "-", line: 1, column: 1, source: "" }
}

export const refuse = (context: ConvertContext, path: Path, message: string): undefined => {
  context.errors.push({ kind: "conversion", message, place: placeOf(context.documents, path) })
  return undefined
}

/** The name in the cluster of something that the stack calls `key`. */
export const scope = (namespace: string, key: string): string => `${namespace}_${key}`
/** The key within the stack of something named so in the cluster. */
export const descope = (namespace: string, name: string): string =>
  name.startsWith(`${namespace}_`) ? name.slice(namespace.length + 1) : name

export const namespaceLabel = "com.docker.stack.namespace"
export const imageLabel = "com.docker.stack.image"

export const recordOf = (map: ReadonlyMap<string, string> | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries([...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)))

export const stackLabels = (
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
): Readonly<Record<string, string>> => recordOf(new Map([...(labels ?? []), [namespaceLabel, namespace]]))

/** `{key: value}`, or nothing when there is no value: absent keys are how the API says "not given". */
export const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } => {
  const entry: { [P in K]?: V } = {}
  if (value !== undefined) entry[key] = value
  return entry
}

/** Compose passes these words on unseen: which of them are right is the manager's to say, not ours. */
export const word = <T extends string>(text: string | undefined): T | undefined => text as T | undefined
