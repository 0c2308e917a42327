import { Ajv, type ErrorObject, type ValidateFunction } from "ajv"
import { type Document, Float, type Node, type Path, placeAt, positionOf, Timestamp } from "./document.ts"
import type { ComposeError, Position } from "./errors.ts"
import { parseDuration } from "./go/duration.ts"
import { parsePorts } from "./go/ports.ts"
import { fileSchema } from "./schema/file.ts"
import type { Minor } from "./version.ts"

interface Repeat {
  readonly keyword: "uniqueItems"
  readonly params: { readonly previous: number; readonly index: number }
}

type WithErrors = ((schema: unknown, data: ReadonlyArray<unknown>) => boolean) & {
  errors?: Array<Partial<ErrorObject>>
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Reports the pair (previous equal item, this item), which the built-in keyword does not. */
const uniqueItems: WithErrors = (_schema, data) => {
  const seen = new Map<string, number>()
  const repeats: Array<Repeat> = []
  data.forEach((item, index) => {
    const text = canonical(item)
    const previous = seen.get(text)
    if (previous !== undefined) repeats.push({ keyword: "uniqueItems", params: { previous, index } })
    seen.set(text, index)
  })
  uniqueItems.errors = repeats
  return repeats.length === 0
}

const formats: ReadonlyMap<unknown, (text: string) => boolean> = new Map([
  ["duration", (text: string) => parseDuration(text) !== undefined],
  ["ports", (text: string) => "ports" in parsePorts(text)],
])

/** Of a number Docker's library looks at the numerator of the exact fraction: 80.5 is 161/2. */
const numerator = (value: number): string => {
  let scaled = value
  while (!Number.isInteger(scaled) && Math.abs(scaled) < 2 ** 53) scaled *= 2
  return String(scaled)
}

const hasFormat = (name: unknown, value: string | number): boolean =>
  formats.get(name)?.(typeof value === "number" ? numerator(value) : value) ?? true

const validators = new Map<Minor, ValidateFunction>()

/** The schema is our own: not checking it again, and not polishing its code, halves the time to the first answer. */
const ajvOptions = {
  allErrors: true,
  verbose: true,
  strict: false,
  ownProperties: true,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
  inlineRefs: false,
} as const

const makeAjv = (): Ajv => {
  const ajv = new Ajv(ajvOptions)
  ajv.removeKeyword("uniqueItems")
  ajv.removeKeyword("format")
  ajv.addKeyword({ keyword: "uniqueItems", type: "array", errors: true, validate: uniqueItems })
  ajv.addKeyword({ keyword: "format", type: ["string", "number"], validate: hasFormat })
  ajv.addKeyword({ keyword: "firstOf" })
  return ajv
}

/** Compiled on first use: most runs see one version, and many see none. */
const validatorOf = (minor: Minor): ValidateFunction => {
  const known = validators.get(minor)
  if (known !== undefined) return known
  const made = makeAjv().compile(fileSchema(minor))
  validators.set(minor, made)
  return made
}

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

const typeNames: ReadonlyMap<string, string> = new Map([
  ["object", "mapping"],
  ["array", "list"],
])

const typeText = (error: ErrorObject): string => {
  const types = [error.schema].flat().map((type) => typeNames.get(String(type)) ?? String(type))
  const wanted = error.parentSchema?.firstOf === true ? types.slice(0, 1) : types
  const last = wanted.at(-1)
  return wanted.length < 2 ? `must be a ${last}` : `must be a ${wanted.slice(0, -1).join(", ")} or ${last}`
}

const describe = (error: ErrorObject, field: string): string => {
  const { params } = error
  switch (error.keyword) {
    case "type":
      return typeText(error)
    case "additionalProperties":
      return `Additional property ${params.additionalProperty} is not allowed`
    case "required":
      return `${params.missingProperty} is required`
    case "format":
      return `Does not match format '${error.schema}'`
    case "uniqueItems":
      return `array items[${params.previous},${params.index}] must be unique`
    case "enum":
      return `${field} must be one of the following: ${[error.schema]
        .flat()
        .map((word) => JSON.stringify(word))
        .join(", ")}`
    case "minimum":
      return `Must be greater than or equal to ${error.schema}`
    default:
      return error.message ?? error.keyword
  }
}

interface Finding {
  readonly error: ComposeError
  /** Docker shows the error with the most dot-separated parts; dots inside names count. */
  readonly parts: number
  readonly isType: boolean
}

const findingOf = (document: Document, error: ErrorObject): Finding => {
  const path = pathOf(error.instancePath)
  const field = path.length === 0 ? "(root)" : path.join(".")
  const extra: unknown = error.params.additionalProperty
  const repeat: unknown = error.params.index
  const pointed: Path =
    typeof extra === "string" ? [...path, extra] : typeof repeat === "number" ? [...path, repeat] : path
  return {
    error: {
      kind: "schema",
      message: `${field} ${describe(error, field)}`,
      place: placeAt(document, positionOf(document.root, pointed)),
    },
    parts: field.split(".").length,
    isType: error.keyword === "type",
  }
}

/**
 * Of alternatives that all fail, Docker's library shows the one that fits best, by points: an object has three, four more for each valid
 * entry, and loses two for each unknown one. With so many unknown keys that it is no better than the first alternative, the answer is
 * what that wants.
 */
const asFirstAlternative = (document: Document, errors: ReadonlyArray<ErrorObject>): ReadonlyArray<Finding> => {
  const unknown = new Map<string, Array<ErrorObject>>()
  for (const error of errors) {
    if (error.keyword !== "additionalProperties" || error.parentSchema?.firstOf !== true) continue
    unknown.set(error.instancePath, [...(unknown.get(error.instancePath) ?? []), error])
  }
  return [...unknown].flatMap(([instancePath, found]) => {
    const schema = found[0]?.parentSchema ?? {}
    const first = String([schema.type].flat()[0])
    const keys = Object.keys(Object(found[0]?.data)).length
    const broken = new Set(
      errors
        .filter((error) => error.instancePath.startsWith(`${instancePath}/`))
        .map((error) => error.instancePath.slice(instancePath.length + 1).split("/")[0]),
    ).size
    const valid = keys - found.length - broken
    if (first === "object" || 3 + 4 * valid - 2 * (found.length + broken) > -2) return []
    const path = pathOf(instancePath)
    const message = `${path.join(".")} must be a ${typeNames.get(first) ?? first}`
    const place = placeAt(document, positionOf(document.root, path))
    return [{ error: { kind: "schema", message, place }, parts: path.join(".").split(".").length, isType: true }]
  })
}

/** The one Docker would show comes first; on a tie wrong types, then the order of the file. */
const byWeight = (a: Finding, b: Finding): number =>
  b.parts - a.parts ||
  Number(b.isType) - Number(a.isType) ||
  a.error.place.line - b.error.place.line ||
  a.error.place.column - b.error.place.column

/** Checks an interpolated document against the schema of its version. Empty when it is valid. */
export const validate = (document: Document, minor: Minor): ReadonlyArray<ComposeError> => {
  const unusable: Array<Unusable> = []
  const data = toJson(document.root, unusable)
  if (unusable.length > 0) {
    return unusable.map(({ message, at }) => ({ kind: "schema", message, place: placeAt(document, at) }))
  }
  const check = validatorOf(minor)
  if (check(data)) return []
  const errors = check.errors ?? []
  return [...asFirstAlternative(document, errors), ...errors.map((error) => findingOf(document, error))]
    .sort(byWeight)
    .map((finding) => finding.error)
}
