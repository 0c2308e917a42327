import { Float, type Node, type Scalar, Timestamp } from "./document.ts"
import { formatFloat } from "./go/float.ts"

/** Go's fmt.Sprint of a decoded YAML scalar, as environment, labels and driver options show it. */
export const scalarText = (value: Exclude<Scalar, null>): string => {
  if (value instanceof Float) return formatFloat(value.value)
  if (value instanceof Timestamp) return value.text
  return String(value)
}

/** Go's fmt.Sprint of any decoded value. */
export const goText = (node: Node): string => {
  if (node.kind === "scalar") return node.value === null ? "<nil>" : scalarText(node.value)
  if (node.kind === "sequence") return `[${node.items.map(goText).join(" ")}]`
  if (node.kind === "opaque") return "map[]"
  const fields = [...node.fields].sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${fields.map(([key, field]) => `${key}:${goText(field.node)}`).join(" ")}]`
}
