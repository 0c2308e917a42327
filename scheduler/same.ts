/** Fields that say something even when they are zero: an absent one means its default instead. */
const zeroCounts: ReadonlySet<string> = new Set(["Delay", "Init", "Monitor", "Replicas", "StopGracePeriod"])

/**
 * Whether two parts of a spec say the same. What says nothing (false, 0, "", an empty list or object) equals what is absent, as it does
 * where specs travel in a form that drops such values.
 */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => saysTheSame(item, b[i]))
  }
  if (isObject(a) && isObject(b)) {
    return (
      Object.entries(a).every(([key, value]) => sameField(key, value, b[key])) &&
      Object.entries(b).every(([key, value]) => key in a || sameField(key, undefined, value))
    )
  }
  return saysNothing(a) && saysNothing(b)
}

const sameField = (key: string, a: unknown, b: unknown): boolean => (zeroCounts.has(key) ? a === b : saysTheSame(a, b))

function saysNothing(value: unknown): boolean {
  if (isObject(value)) return Object.entries(value).every(([key, field]) => sameField(key, undefined, field))
  return Array.isArray(value) ? value.length === 0 : !value
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
