import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Answer, apiError, refuse } from "../../core/errors.ts"
import { jsonError } from "./json-error.ts"

/** Deeper bodies are nobody's spec. */
const depthMax = 100

/** The value of a JSON text with null taken for absent, as Go's decoder takes it. Errors: 400 with Go's words. */
export function parseJson(text: string): Answer<unknown> {
  const value = Result.try((): unknown => JSON.parse(text))
  if (Result.isFailure(value)) return refuse(400, jsonError(text) ?? "invalid JSON")
  return depthOf(value.success) > depthMax
    ? refuse(400, "exceeded max depth")
    : Result.succeed(withoutNulls(value.success))
}

/** How deep a value nests; it stops counting past the limit. Not recursive: the value is not yet known to be shallow. */
function depthOf(value: unknown): number {
  let level: ReadonlyArray<unknown> = [value]
  for (let depth = 0; ; depth++) {
    if (depth > depthMax) return depth
    const inner = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []))
    if (inner.length === 0) return depth
    level = inner
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls)
  if (!Predicate.isObject(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]))
}

/** The value as the schema has it; members that it does not know are left out. Errors: 400 naming the member that is wrong. */
export function decodeWith<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
): (value: unknown) => Answer<S["Type"]> {
  const decode = Schema.decodeUnknownResult(schema)
  return (value) => Result.mapError(decode(value), (error) => apiError(400, invalidBody(error)))
}

const invalidBody = (error: Schema.SchemaError): string => `invalid JSON: ${error.message.replace(/\s+/g, " ")}`
