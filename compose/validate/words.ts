import { quote } from "../go/quote.ts"
import type { Schema } from "../schema/shapes.ts"

/** What a schema found wrong with a value. `schema` holds the failed keyword. */
export interface Problem {
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly path: ReadonlyArray<string>
  readonly schema: Schema
  readonly value: unknown
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ["object", "mapping"],
  ["array", "list"],
])

/** The types that are named as wanted: of alternatives only the first. */
const wantedTypes = (schema: Schema): ReadonlyArray<string> => {
  const types = [schema.type].flat().map(String)
  return schema.firstOf === true ? types.slice(0, 1) : types
}

const typeText = (schema: Schema): string => {
  const wanted = wantedTypes(schema).map((type) => typeNames.get(type) ?? type)
  const last = wanted.at(-1)
  return wanted.length < 2 ? `must be a ${last}` : `must be a ${wanted.slice(0, -1).join(", ")} or ${last}`
}

const swarmDescription = ({ keyword, params, schema }: Problem, field: string): string => {
  switch (keyword) {
    case "type":
      return typeText(schema)
    case "additionalProperties":
      return `Additional property ${params.additionalProperty} is not allowed`
    case "required":
      return `${params.missingProperty} is required`
    case "format":
      return `Does not match format '${params.format}'`
    case "uniqueItems":
      return `array items[${params.previous},${params.index}] must be unique`
    case "enum":
      return `${field} must be one of the following: ${[schema.enum]
        .flat()
        .map((word) => JSON.stringify(word))
        .join(", ")}`
    case "minimum":
      return `Must be greater than or equal to ${schema.minimum}`
    default:
      return `does not fit ${keyword}`
  }
}

/** In the words of the schema library of `docker stack`. */
export const swarmText = (problem: Problem): string => {
  const field = problem.path.length === 0 ? "(root)" : problem.path.join(".")
  return `${field} ${swarmDescription(problem, field)}`
}

const jsonType = (value: unknown): string => {
  if (value === null) return "null"
  return Array.isArray(value) ? "array" : typeof value
}

const specDescription = ({ keyword, params, schema, value }: Problem): string => {
  switch (keyword) {
    case "type":
      return `got ${jsonType(value)}, want ${wantedTypes(schema).join(" or ")}`
    case "additionalProperties":
      return `additional properties '${params.additionalProperty}' not allowed`
    case "required":
      return `missing property '${params.missingProperty}'`
    case "uniqueItems":
      return `items at ${params.previous} and ${params.index} are equal`
    case "enum":
      return `value must be one of ${[schema.enum]
        .flat()
        .map((word) => `'${word}'`)
        .join(", ")}`
    case "pattern":
      return `${quote(String(value)).replace(/^"|"$/g, "'")} does not match pattern '${schema.pattern}'`
    case "minimum":
      return `minimum: got ${value}, want ${schema.minimum}`
    case "maximum":
      return `maximum: got ${value}, want ${schema.maximum}`
    default:
      return `does not fit ${keyword}`
  }
}

/** In the words of the schema library of `docker compose`. */
export const specText = (problem: Problem): string =>
  [problem.path.join("."), specDescription(problem)].filter((part) => part !== "").join(" ")
