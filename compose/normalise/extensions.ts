import type { Extensions, Plain } from "../config.ts"
import type { MappingNode, Node } from "../document.ts"

const plainOf = (node: Node): Plain => {
  switch (node.kind) {
    case "scalar":
      return node.value
    case "sequence":
      return node.items.map(plainOf)
    case "mapping":
      return new Map([...node.fields].map(([key, field]) => [key, plainOf(field.node)]))
    case "opaque":
      return null
  }
}

/** The `x-` keys of a mapping, or undefined when it has none. */
export const extensionsOf = (node: MappingNode): Extensions | undefined => {
  const found = [...node.fields].flatMap(([key, field]) =>
    key.startsWith("x-") ? [[key, plainOf(field.node)] as const] : [],
  )
  return found.length === 0 ? undefined : new Map(found)
}
