import { goJson } from "./go-json.ts"
import { goPrint, isTrue } from "./print.ts"

export type TemplateFunction = (...args: ReadonlyArray<unknown>) => unknown

/** Ends the run of a template with an error of its data. `isPlaced`: the message tells where. */
export class TemplateError extends Error {
  readonly isPlaced: boolean
  constructor(message: string, isPlaced = false) {
    super(message)
    this.isPlaced = isPlaced
  }
}

const asText = (value: unknown): string => (typeof value === "string" ? value : goPrint(value))
const asNumber = (value: unknown): number => (typeof value === "number" ? value : Number(value))

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b
  return asText(a) < asText(b) ? -1 : asText(a) > asText(b) ? 1 : 0
}

const same = (a: unknown, b: unknown): boolean => (a ?? undefined) === (b ?? undefined)

function index(value: unknown, ...keys: ReadonlyArray<unknown>): unknown {
  return keys.reduce((inner: unknown, key) => {
    if (Array.isArray(inner)) {
      const at = asNumber(key)
      if (at < 0 || at >= inner.length) throw new TemplateError(`error calling index: index out of range: ${at}`)
      return inner[at]
    }
    if (typeof inner === "string") return inner.charCodeAt(asNumber(key))
    if (typeof inner === "object" && inner !== null) return new Map(Object.entries(inner)).get(asText(key))
    throw new TemplateError("error calling index: index of untyped nil")
  }, value)
}

function length(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (typeof value === "object" && value !== null) return Object.keys(value).length
  throw new TemplateError("error calling len: len of nil pointer")
}

function slice(value: unknown, from: unknown, to: unknown): unknown {
  const range = [from === undefined ? 0 : asNumber(from), to === undefined ? undefined : asNumber(to)] as const
  return Array.isArray(value) ? value.slice(...range) : asText(value).slice(...range)
}

function printf(format: unknown, ...args: ReadonlyArray<unknown>): string {
  let next = 0
  return asText(format).replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, marks: string, width: string, digits: string, verb: string) => {
      if (verb === "%") return "%"
      if (next >= args.length) return `%!${verb}(MISSING)`
      const shown = convert(verb, digits, args[next++])
      if (shown === undefined) return whole
      const size = Number(width ?? 0)
      return marks.includes("-") ? shown.padEnd(size) : shown.padStart(size, marks.includes("0") ? "0" : " ")
    },
  )
}

function convert(verb: string, digits: string | undefined, value: unknown): string | undefined {
  if (verb === "q") return JSON.stringify(asText(value))
  if (verb === "f") return asNumber(value).toFixed(digits === undefined ? 6 : Number(digits))
  if (verb === "x") return typeof value === "number" ? value.toString(16) : Buffer.from(asText(value)).toString("hex")
  if (verb === "s" || verb === "v" || verb === "d" || verb === "t") return goPrint(value)
  return undefined
}

const firstThat = (args: ReadonlyArray<unknown>, truth: boolean): unknown =>
  args.find((arg) => isTrue(arg) === truth) ?? args.at(-1)

/** Go's own functions for templates, and the ones docker adds. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["and", (...args) => firstThat(args, false)],
  ["or", (...args) => firstThat(args, true)],
  ["not", (value) => !isTrue(value)],
  ["eq", (a, ...others) => others.some((b) => same(a, b))],
  ["ne", (a, b) => !same(a, b)],
  ["lt", (a, b) => compare(a, b) < 0],
  ["le", (a, b) => compare(a, b) <= 0],
  ["gt", (a, b) => compare(a, b) > 0],
  ["ge", (a, b) => compare(a, b) >= 0],
  ["index", index],
  ["len", length],
  ["slice", slice],
  ["print", (...args) => args.map(goPrint).join("")],
  ["println", (...args) => `${args.map(goPrint).join(" ")}\n`],
  ["printf", printf],
  [
    "json",
    (value) => goJson(value ?? null).replace(/\\u003[ce]|\\u0026/g, (escaped) => String(JSON.parse(`"${escaped}"`))),
  ],
  ["split", (value, separator) => asText(value).split(asText(separator))],
  ["join", (value, separator) => (Array.isArray(value) ? value.map(asText).join(asText(separator)) : asText(value))],
  [
    "title",
    (value) =>
      asText(value).replace(
        /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
        (_, before: string, letter: string) => before + letter.toUpperCase(),
      ),
  ],
  ["lower", (value) => asText(value).toLowerCase()],
  ["upper", (value) => asText(value).toUpperCase()],
  [
    "pad",
    (value, before, after) =>
      value === "" ? "" : " ".repeat(asNumber(before)) + asText(value) + " ".repeat(asNumber(after)),
  ],
  ["truncate", (value, size) => asText(value).slice(0, asNumber(size))],
])

/** In the header of a table, functions that would change a column's name leave it alone. */
export const headerFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  ["json", "split", "join", "title", "lower", "upper", "truncate"].map(
    (name) => [name, (value: unknown) => value] as const,
  ),
)
