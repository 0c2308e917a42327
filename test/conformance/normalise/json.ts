import { normaliseText } from "./text.ts"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** A document with the values that no two swarms share replaced. Masked paths must be there; what they hold is not compared. */
export function normaliseJson(value: Json, mask: ReadonlyArray<string>): Json {
  return walk(
    value,
    [],
    mask.map((path) => path.split(".")),
  )
}

function walk(value: Json, at: ReadonlyArray<string>, masks: ReadonlyArray<ReadonlyArray<string>>): Json {
  if (masks.some((mask) => covers(mask, at))) return "<masked>"
  if (at.at(-2) === "Version" && at.at(-1) === "Index") return "<index>"
  if (typeof value === "string") return normaliseText(value)
  if (value === null || typeof value !== "object") return value
  if (isList(value)) return value.map((item, index) => walk(item, [...at, String(index)], masks))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, [...at, key], masks)]))
}

function covers(mask: ReadonlyArray<string>, at: ReadonlyArray<string>): boolean {
  return mask.length === at.length && mask.every((key, index) => key === "*" || key === at[index])
}

function isList(value: Json): value is ReadonlyArray<Json> {
  return Array.isArray(value)
}
