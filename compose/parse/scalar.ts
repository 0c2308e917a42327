import { Float, type Scalar, Timestamp } from "../document.ts"

const words: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["true", "True", "TRUE"].map((text) => [text, true] as const),
  ...["false", "False", "FALSE"].map((text) => [text, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((text) => [text, new Float(Number.NaN)] as const),
  ...[".inf", ".Inf", ".INF"].flatMap((text) => [
    [text, new Float(Number.POSITIVE_INFINITY)] as const,
    [`+${text}`, new Float(Number.POSITIVE_INFINITY)] as const,
    [`-${text}`, new Float(Number.NEGATIVE_INFINITY)] as const,
  ]),
])

const integerForm = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)$/
const floatForm = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** As Go's ParseInt with base 0 reads it: `0x`, `0b`, `0o` and a bare leading 0 for octal. */
const integerOf = (text: string): bigint | undefined => {
  if (!integerForm.test(text)) return undefined
  const digits = text.replace(/^[-+]/, "").toLowerCase()
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  if (octal === "0o") return undefined
  const value = BigInt(octal)
  return text.startsWith("-") ? -value : value
}

/** The integer as the tree keeps it: a number where a double is exact, else a bigint; undefined beyond 64 bits. */
export const integerScalar = (value: bigint): number | bigint | undefined => {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return undefined
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

const numberOf = (text: string): Scalar | undefined => {
  const plain = text.replaceAll("_", "")
  const integer = integerOf(plain)
  const exact = integer === undefined ? undefined : integerScalar(integer)
  if (exact !== undefined) return exact
  return floatForm.test(plain) ? new Float(Number(plain)) : undefined
}

const timeForm =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(Z|[-+]\d{2}:\d{2})?)?$/

const two = (text: string | undefined): string => (text ?? "0").padStart(2, "0")

const timestampOf = (text: string): Timestamp | undefined => {
  const found = timeForm.exec(text)
  if (found === null) return undefined
  const [, year = "", month, day, hour, minute, second, fraction = "", zone] = found
  // Without a blank between date and time Go wants a zone, with a blank it wants none.
  if (hour !== undefined && (zone === undefined) !== text.includes(" ")) return undefined
  const date = `${year}-${two(month)}-${two(day)}`
  const probe = new Date(`${date}T${two(hour)}:${two(minute)}:${two(second)}Z`)
  if (Number.isNaN(probe.getTime()) || !probe.toISOString().startsWith(date)) return undefined
  const digits = fraction.replace(/0+$/, "")
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${digits === "" ? "" : `.${digits}`}`
  const offset = zone === undefined || zone === "Z" ? undefined : zone.replace(":", "")
  const zoneText = offset === undefined ? "+0000 UTC" : `${offset} ${offset}`
  return new Timestamp(`${date} ${clock} ${zoneText}`, `${date}T${clock}${offset === undefined ? "Z" : zone}`)
}

/** A plain scalar as Go's yaml.v3 reads it into an untyped value: not quite YAML 1.2, not YAML 1.1 either. */
export const plainScalar = (text: string): Scalar => {
  const word = words.get(text)
  if (word !== undefined) return word
  if (!/^[-+.0-9]/.test(text)) return text
  if (text.startsWith(".")) return floatForm.test(text) ? new Float(Number(text)) : text
  return timestampOf(text) ?? numberOf(text) ?? text
}

const longTag = "tag:yaml.org,2002:"
const sourceTag = (tag: string): string => tag.replace(longTag, "!!")

export type TaggedScalar = { readonly value: Scalar } | { readonly error: string }

/** A scalar with an explicit tag. Tags that are not YAML's own make a string of the text, as in yaml.v3. */
export const taggedScalar = (tag: string, text: string): TaggedScalar => {
  const resolved = plainScalar(text)
  const refuse: TaggedScalar = { error: `cannot decode !!str \`${text}\` as a ${sourceTag(tag)}` }
  switch (tag) {
    case `${longTag}int`:
      return typeof resolved === "number" || typeof resolved === "bigint" ? { value: resolved } : refuse
    case `${longTag}float`:
      if (resolved instanceof Float) return { value: resolved }
      return typeof resolved === "number" || typeof resolved === "bigint"
        ? { value: new Float(Number(resolved)) }
        : refuse
    case `${longTag}bool`:
      return typeof resolved === "boolean" ? { value: resolved } : refuse
    case `${longTag}null`:
      return resolved === null ? { value: null } : refuse
    case `${longTag}timestamp`:
      return resolved instanceof Timestamp ? { value: resolved } : refuse
    case `${longTag}binary`:
      return { value: Buffer.from(text, "base64").toString("utf8") }
    default:
      return { value: text }
  }
}
