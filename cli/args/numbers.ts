import { parseDuration as parseGoDuration } from "../../compose/go/duration.ts"
import { parseSize } from "../../compose/go/size.ts"
import { bad, good, type Parsed } from "../../core/parsed.ts"

// Numbers as Go's strconv and time packages read them, and complain about them.

const syntaxError = (func: string, text: string) => bad(`strconv.${func}: parsing ${quote(text)}: invalid syntax`)
const rangeError = (func: string, text: string) => bad(`strconv.${func}: parsing ${quote(text)}: value out of range`)

export const quote = (text: string): string => JSON.stringify(text)

const uintPattern = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)$/

export function parseUint(text: string): Parsed<number> {
  if (!uintPattern.test(text)) return syntaxError("ParseUint", text)
  const value = BigInt(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text)
  return value > 0xffff_ffff_ffff_ffffn ? rangeError("ParseUint", text) : good(Number(value))
}

export function parseInt64(text: string): Parsed<number> {
  const match = /^([+-]?)(.+)$/.exec(text)
  const digits = match?.[2]
  if (digits === undefined || !uintPattern.test(digits)) return syntaxError("ParseInt", text)
  const value = parseUint(digits)
  if (!value.ok || value.value > 2 ** 63) return rangeError("ParseInt", text)
  return good(match?.[1] === "-" ? -value.value : value.value)
}

export function parseFloat64(text: string): Parsed<number> {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return syntaxError("ParseFloat", text)
  return good(Number(text))
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
])

export function parseBool(text: string): Parsed<boolean> {
  const value = booleans.get(text)
  return value === undefined ? syntaxError("ParseBool", text) : good(value)
}

/** `1h2m3.5s` in nanoseconds. */
export function parseDuration(text: string): Parsed<number> {
  const nanoseconds = parseGoDuration(text)
  return nanoseconds === undefined ? bad(durationError(text)) : good(Number(nanoseconds))
}

/** What Go's time.ParseDuration says of a text that it refuses: the first part of it that is wrong. */
function durationError(text: string): string {
  let rest = text.replace(/^[+-]/, "")
  while (rest !== "") {
    const [whole, unit] = /^(?:\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? []
    if (whole === undefined) break
    if (unit === "") return `time: missing unit in duration ${quote(text)}`
    if (parseGoDuration(`1${unit}`) === undefined)
      return `time: unknown unit ${quote(unit ?? "")} in duration ${quote(text)}`
    rest = rest.slice(whole.length)
  }
  return `time: invalid duration ${quote(text)}`
}

/** `64M`, `1.5GiB` in bytes; the units are powers of 1024. */
export function parseBytes(text: string): Parsed<number> {
  const size = parseSize(text)
  return "error" in size ? bad(size.error) : good(Number(size.bytes))
}

/** A number of CPUs (`0.5`, `3/2`) in billionths. */
export function parseCpus(text: string): Parsed<number> {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\/(\d+))?$/.exec(text)
  if (match === null) return bad(`failed to parse ${text} as a rational number`)
  const nanos = (Number(match[1]) / Number(match[2] ?? 1)) * 1e9
  const rounded = Math.round(nanos)
  if (!Number.isFinite(nanos) || Math.abs(nanos - rounded) > 1e-3) return bad("value is too precise")
  return good(rounded)
}
