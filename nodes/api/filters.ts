import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { type Answer, apiError, refuse } from "../../core/errors.ts"
import type { Filters } from "../manager/control/request.ts"
import { parseJson } from "./decode.ts"

/**
 * The `filters` of a query, of either form: `{"label":{"a=b":true}}` as the docker CLI writes them, `{"label":["a=b"]}` as others do. Errors:
 * Go's words and, as nobody in the engine takes them for the client's own, 500.
 */
export const parseFilters = (text: string): Answer<Filters> =>
  Result.mapError(parse(text), ({ message }) => apiError(500, message))

function parse(text: string): Answer<Filters> {
  if (text === "") return Result.succeed({})
  return Result.flatMap(parseJson(text), (value) => {
    if (!Predicate.isObject(value) || Array.isArray(value)) return refuse(500, unlike(value, filtersType))
    const filters: Array<[string, ReadonlyArray<string>]> = []
    for (const [key, given] of Object.entries(value)) {
      const values = valuesOf(given)
      if (!values) return refuse(500, unlike(given, "map[string]bool"))
      filters.push([key, values])
    }
    return Result.succeed(Object.fromEntries(filters))
  })
}

const filtersType = "map[string]map[string]bool"

function unlike(value: unknown, type: string): string {
  const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value
  return `json: cannot unmarshal ${kind} into Go value of type ${type}`
}

function valuesOf(given: unknown): ReadonlyArray<string> | undefined {
  if (Array.isArray(given)) return given.every(Predicate.isString) ? given : undefined
  if (!Predicate.isObject(given)) return undefined
  return Object.entries(given)
    .filter(([, on]) => on === true)
    .map(([value]) => value)
}
