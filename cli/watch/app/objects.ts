import { Float } from "../../../compose/document.ts"
import type { Printable } from "../../../compose/print/printable.ts"
import { printEntry } from "../../../compose/print.ts"

/** An object of the API as YAML, line by line. */
export function yamlLines(object: unknown): ReadonlyArray<string> {
  const value = printable(object)
  if (typeof value !== "object" || value === null || Array.isArray(value)) return []
  const text = Object.entries(value)
    .map(([key, inner]) => printEntry(key, inner, ""))
    .join("")
  return text.trimEnd().split("\n")
}

/** What JSON would make of it. */
function printable(value: unknown): Printable {
  if (value === null || value === undefined) return null
  if (typeof value === "number") return Number.isInteger(value) ? value : new Float(value)
  if (typeof value === "string" || typeof value === "boolean") return value
  if (Array.isArray(value)) return value.map(printable)
  if (typeof value !== "object") return String(value)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key, printable(inner)]))
}

/** An object as one line for each thing it says: where that stands, and what it is. */
export function describeLines(object: unknown): ReadonlyArray<string> {
  const rows: Array<readonly [string, string]> = []
  const walk = (value: unknown, path: string): void => {
    if (value === undefined || value === null) return
    if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) walk(inner, `${path}[${i}]`)
    } else if (typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`)
    } else rows.push([path, String(value)])
  }
  walk(object, "")
  const width = rows.reduce((most, [path]) => Math.max(most, path.length), 0)
  return rows.map(([path, text]) => `${path.padEnd(width)}  ${text}`)
}
