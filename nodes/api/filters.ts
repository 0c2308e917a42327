import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"
import type { Filters } from "../manager/control/request.ts"
import { parseJson } from "./decode.ts"

/** The `filters` of a query, of either form: `{"label":{"a=b":true}}` as the docker CLI writes them, `{"label":["a=b"]}` as others do. */
export function parseFilters(text: string): Answer<Filters> {
  if (text === "") return Result.succeed({})
  return Result.flatMap(parseJson(text), (value) => {
    if (!Predicate.isObject(value)) return refuse(400, "invalid filter")
    const filters: Array<[string, ReadonlyArray<string>]> = []
    for (const [key, given] of Object.entries(value)) {
      const values = valuesOf(given)
      if (!values) return refuse(400, `invalid filter '${key}'`)
      filters.push([key, values])
    }
    return Result.succeed(Object.fromEntries(filters))
  })
}

function valuesOf(given: unknown): ReadonlyArray<string> | undefined {
  if (Array.isArray(given)) return given.every(Predicate.isString) ? given : undefined
  if (!Predicate.isObject(given)) return undefined
  return Object.entries(given)
    .filter(([, on]) => on === true)
    .map(([value]) => value)
}
