import { type Field, mappingOf, type Node, placeAt } from "../document.ts"
import type { LoadedStack } from "../load.ts"
import { type Ignored, ignoredIn, type Use } from "../properties.ts"
import type { LoadedProject } from "./load.ts"
import { toStack, unsupportedKeys, unsupportedNetworkKeys, unsupportedParts } from "./to-stack.ts"

const fieldsUnder = (node: Node, key: string): ReadonlyArray<Field | Node> => {
  if (key === "[]") return node.kind === "sequence" ? node.items : []
  const fields = mappingOf(node)
  if (key === "*") return [...fields.values()]
  const field = fields.get(key)
  return field === undefined ? [] : [field]
}

const nodeOf = (found: Field | Node): Node => ("keyAt" in found ? found.node : found)

/** Where a part is given that a pattern means. */
const placesOf = (node: Node, pattern: string): ReadonlyArray<Field | Node> =>
  pattern
    .split(".")
    .reduce<ReadonlyArray<Field | Node>>((found, key) => found.flatMap((one) => fieldsUnder(nodeOf(one), key)), [node])

const plainName = (pattern: string): string => pattern.replaceAll(".[]", "").replaceAll(".*", "")

/** A project as a stack that can be converted: its places are those of the files it was joined from. */
export const stackOf = (loaded: LoadedProject): LoadedStack => {
  const first = { file: "-", lines: [], root: loaded.root }
  const active = new Set(loaded.project.services.keys())
  const whole = ignoredIn([first], unsupportedKeys, active)
  const within = (
    section: string,
    patterns: ReadonlyArray<string>,
    prefix: string,
    wanted: (name: string) => boolean,
  ) =>
    [...mappingOf(loaded.root.fields.get(section)?.node)].flatMap(([name, { node }]) =>
      wanted(name)
        ? patterns.flatMap((pattern) =>
            placesOf(node, pattern).map(
              (found): Use => ({
                key: prefix + plainName(pattern),
                place: placeAt(first, "keyAt" in found ? found.keyAt : found.at),
              }),
            ),
          )
        : [],
    )
  const parts = [
    ...within("services", unsupportedParts, "", (name) => active.has(name)),
    ...within("networks", unsupportedNetworkKeys, "networks.", () => true),
  ]
  const ignored: Ignored = {
    ...whole,
    unsupported: [...new Set([...whole.unsupported, ...parts.map(({ key }) => key)])].sort(),
    uses: [...whole.uses, ...parts],
  }
  return { config: toStack(loaded), documents: [first], warnings: loaded.warnings, ignored }
}
