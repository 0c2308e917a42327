import type { ErrorObject } from "ajv"
import { type Document, Float, type Node, type Path, placeAt, positionOf, Timestamp } from "./document.ts"
import type { ComposeError, Position } from "./errors.ts"
import { brokenAssertions } from "./schema/assertions.ts"
import { descend } from "./schema/navigate.ts"
import type { Schema } from "./schema/shapes.ts"
import { type Format, schemaOf, validatorOf } from "./schema/validators.ts"
import { type Problem, specText, swarmText } from "./validate/words.ts"
import { nearest } from "./words.ts"

interface Unusable {
  readonly message: string
  readonly at: Position
}

/** The document as JSON; what JSON cannot hold is reported in the words of Go's encoder. */
const toJson = (node: Node, unusable: Array<Unusable>): unknown => {
  switch (node.kind) {
    case "mapping": {
      const object: Record<string, unknown> = Object.create(null)
      for (const [key, field] of node.fields) object[key] = toJson(field.node, unusable)
      return object
    }
    case "sequence":
      return node.items.map((item) => toJson(item, unusable))
    case "opaque":
      unusable.push({ message: "json: unsupported type: map[interface {}]interface {}", at: node.at })
      return null
    case "scalar": {
      const { value } = node
      if (value instanceof Timestamp) return value.rfc3339
      if (typeof value === "bigint") return Number(value)
      if (!(value instanceof Float)) return value
      if (Number.isFinite(value.value)) return value.value
      const text = Number.isNaN(value.value) ? "NaN" : value.value > 0 ? "+Inf" : "-Inf"
      unusable.push({ message: `json: unsupported value: ${text}`, at: node.at })
      return null
    }
  }
}

const pathOf = (instancePath: string): ReadonlyArray<string> =>
  instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))

const problemOf = (root: Schema, data: unknown, error: ErrorObject): Problem => {
  const path = pathOf(error.instancePath)
  return {
    keyword: error.keyword,
    params: error.params,
    path,
    ...descend(root, root, data, path),
  }
}

interface Finding {
  readonly error: ComposeError
  /** Docker shows the error with the most dot-separated parts; dots inside names count. */
  readonly parts: number
  readonly isType: boolean
}

const knownKeys = (schema: Schema): ReadonlyArray<string> => Object.keys(Object(schema.properties ?? {}))

const findingOf = (document: Document, problem: Problem, format: Format): Finding => {
  const { path, params } = problem
  const extra: unknown = params.additionalProperty
  const repeat: unknown = params.index
  const pointed: Path =
    typeof extra === "string" ? [...path, extra] : typeof repeat === "number" ? [...path, repeat] : path
  const meant = typeof extra === "string" ? nearest(extra, knownKeys(problem.schema)) : undefined
  const field = path.length === 0 ? "(root)" : path.join(".")
  return {
    error: {
      kind: "schema",
      message: format === "spec" ? specText(problem) : swarmText(problem),
      path: pointed,
      place: placeAt(document, positionOf(document.root, pointed)),
      ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }),
    },
    parts: field.split(".").length,
    isType: problem.keyword === "type",
  }
}

/**
 * Of alternatives that all fail, Docker's library shows the one that fits best, by points: an object has three, four more for each valid
 * entry, one for each required one, and loses two for each that is unknown, wrong or missing. One that is worse than the first
 * alternative is not mentioned: the answer is what that wants.
 */
const asFirstAlternative = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> => {
  const byObject = new Map<string, Array<Problem>>()
  for (const problem of problems) {
    if (problem.schema.firstOf !== true || !/additionalProp|required/.test(problem.keyword)) continue
    const at = problem.path.join("/")
    byObject.set(at, [...(byObject.get(at) ?? []), problem])
  }
  return [...byObject].flatMap(([at, found]): ReadonlyArray<Problem> => {
    const [first] = found
    if (first === undefined || [first.schema.type].flat()[0] === "object") return []
    const { schema, value, path } = first
    const within = problems.filter((problem) => problem.path.join("/").startsWith(`${at}/`))
    const wrong = new Set(within.map((problem) => problem.path[path.length])).size
    const missing = found.filter(({ keyword }) => keyword === "required").length
    const unknown = found.length - missing
    const valid = Object.keys(Object(value)).length - unknown - wrong
    const required = [schema.required ?? []].flat().length - missing
    const points = 3 + 4 * valid + required - 2 * (unknown + wrong + missing)
    return points < -2 ? [{ keyword: "type", params: {}, path, schema, value }] : []
  })
}

/** The one Docker would show comes first; on a tie wrong types, then the order of the file. */
const byWeight = (a: Finding, b: Finding): number =>
  b.parts - a.parts ||
  Number(b.isType) - Number(a.isType) ||
  a.error.place.line - b.error.place.line ||
  a.error.place.column - b.error.place.column

/** Checks an interpolated document against the schema of its format. Empty when it is valid. */
export const validate = (document: Document, format: Format): ReadonlyArray<ComposeError> => {
  const unusable: Array<Unusable> = []
  const data = toJson(document.root, unusable)
  if (unusable.length > 0) {
    return unusable.map(({ message, at }) => ({ kind: "schema", message, place: placeAt(document, at) }))
  }
  const root = schemaOf(format)
  const check = validatorOf(format)
  const errors = check(data) ? [] : (check.errors ?? [])
  const problems: ReadonlyArray<Problem> = [
    ...errors.map((error) => problemOf(root, data, error)),
    ...brokenAssertions(root, data).map(({ path, broken }) => ({
      keyword: broken.keyword,
      params: { ...broken },
      path,
      schema: {},
      value: undefined,
    })),
  ]
  if (problems.length === 0) return []
  const preferred = format === "spec" ? [] : asFirstAlternative(problems)
  return [...preferred, ...problems]
    .map((problem) => findingOf(document, problem, format))
    .sort(byWeight)
    .map((finding) => finding.error)
}
