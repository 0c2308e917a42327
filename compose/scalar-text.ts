import { Float, type Scalar, Timestamp } from "./document.ts"
import { formatFloat } from "./go/float.ts"

/** Go's fmt.Sprint of a decoded YAML scalar, as environment, labels and driver options show it. */
export const scalarText = (value: Exclude<Scalar, null>): string => {
  if (value instanceof Float) return formatFloat(value.value)
  if (value instanceof Timestamp) return value.text
  return String(value)
}
