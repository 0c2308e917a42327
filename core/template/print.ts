/** A value as Go's %v shows it; objects as Go's maps, nothing as "<no value>". */
export function goPrint(value: unknown): string {
  if (value === undefined) return "<no value>"
  if (value === null) return "<nil>"
  if (Array.isArray(value)) return `[${value.map(goPrint).join(" ")}]`
  if (typeof value === "number") return goNumber(value)
  if (typeof value !== "object") return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `map[${entries.map(([key, inner]) => `${key}:${goPrint(inner)}`).join(" ")}]`
}

/** Whole numbers in full, others as %v of a float64. */
function goNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -4 && exponent < 21) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2")
}

/** Whether Go's `if` takes it: not zero, not empty, not nil. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}
