import type { Extensions, Plain } from "../config.ts"

const isEmpty = (value: Plain): boolean =>
  value === null ||
  value === false ||
  value === "" ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (value instanceof Map && value.size === 0)

const mergePlain = (base: Plain, over: Plain): Plain => {
  if (base instanceof Map && over instanceof Map) return mergeMaps(base, over)
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over]
  return isEmpty(over) ? base : over
}

const mergeMaps = (base: Extensions, over: Extensions): Extensions => {
  const merged = new Map(base)
  for (const [key, value] of over) {
    const earlier = merged.get(key)
    merged.set(key, earlier === undefined ? value : mergePlain(earlier, value))
  }
  return merged
}

/** The `x-` keys of a service: maps merge deeply, lists grow, empty values change nothing. */
export const mergeExtensions = (base: Extensions, over: Extensions): Extensions => mergeMaps(base, over)
