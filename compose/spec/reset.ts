import type { MappingNode, Node } from "../document.ts"
import { mapFields } from "./nodes.ts"

export interface Untagged {
  readonly root: MappingNode
  /** Where the file said `!reset` or `!override`: what earlier files have there goes. */
  readonly replaced: ReadonlySet<string>
}

const under = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`)

/** Takes `!reset` values out of a tree, and notes the places of all tags. */
export const takeTags = (root: MappingNode): Untagged => {
  const replaced = new Set<string>()
  const take = (node: Node, path: string): Node | undefined => {
    if (node.tag !== undefined) replaced.add(path)
    if (node.tag === "!reset") return undefined
    if (node.tag === "!override") return node
    if (node.kind === "mapping") return mapFields(node, (inner, key) => take(inner, under(path, key)))
    if (node.kind !== "sequence") return node
    return { ...node, items: node.items.flatMap((item, index) => take(item, under(path, String(index))) ?? []) }
  }
  const taken = take(root, "")
  return { root: taken?.kind === "mapping" ? taken : root, replaced }
}

/** Removes from what earlier files said whatever a later one replaces or resets. */
export const withoutReplaced = (node: Node, replaced: ReadonlySet<string>, path = ""): Node => {
  if (replaced.size === 0 || node.kind !== "mapping") return node
  return mapFields(node, (inner, key) => {
    const at = under(path, key)
    return replaced.has(at) ? undefined : withoutReplaced(inner, replaced, at)
  })
}
