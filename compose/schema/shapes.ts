/** A JSON Schema (or one of ours, with the keywords of validate.ts). */
export type Schema = { readonly [keyword: string]: unknown }
export type Properties = { readonly [name: string]: Schema }

/**
 * Alternatives that differ by type, as one schema: a keyword only binds values of its own type, so that the errors are
 * those of the alternative which the value was meant to be. Of a value that fits none Docker says what the first wants:
 * that is what `firstOf` marks.
 */
export const firstOf = (...types: ReadonlyArray<string>): Schema => ({ type: types, firstOf: true })

export const text: Schema = { type: "string" }
export const integer: Schema = { type: "integer" }
export const number: Schema = { type: "number" }
export const boolean: Schema = { type: "boolean" }
export const duration: Schema = { type: "string", format: "duration" }

export const texts: Schema = { type: "array", items: text }
export const textOrTexts: Schema = { ...firstOf("string", "array"), items: text }

const namesOf = (value: Schema, pattern: string): Schema => ({ patternProperties: { [pattern]: value } })

/** Shapes that occur often are compiled once: the time to the first answer is mostly the compiler's. */
export const definitions: Properties = {
  uniqueTexts: { ...texts, uniqueItems: true },
  textOrUniqueTexts: { ...textOrTexts, uniqueItems: true },
  mappingOrList: {
    ...firstOf("object", "array"),
    ...namesOf({ type: ["string", "number", "null"] }, ".+"),
    additionalProperties: false,
    items: text,
    uniqueItems: true,
  },
  options: { type: "object", ...namesOf({ type: ["string", "number"] }, "^.+$") },
}

const defined = (name: string): Schema => ({ $ref: `#/definitions/${name}` })

export const uniqueTexts = defined("uniqueTexts")
export const textOrUniqueTexts = defined("textOrUniqueTexts")
/** `{k: v}` or `[k=v]`; a boolean is neither. */
export const mappingOrList = defined("mappingOrList")
/** Driver options: any names. */
export const options = defined("options")
export const optionsOrNull: Schema = { type: "object", ...namesOf({ type: ["string", "number", "null"] }, "^.+$") }

export const open = (properties: Properties): Schema => ({ type: "object", properties })
export const closed = (properties: Properties): Schema => ({ ...open(properties), additionalProperties: false })

export const listOf = (items: Schema): Schema => ({ type: "array", items })

const namePattern = "^[a-zA-Z0-9._-]+$"
/** Objects by name, of which other names are refused. */
export const named = (value: Schema): Schema => ({
  type: "object",
  ...namesOf(value, namePattern),
  additionalProperties: false,
})
/** Objects by name, of which other names go unchecked. */
export const loosely = (value: Schema): Schema => ({ type: "object", ...namesOf(value, namePattern) })

/** What a version of the format does not have yet is an unknown key in it. */
export const since = (minor: number, from: number, properties: Properties): Properties =>
  minor >= from ? properties : {}

/** Closed but for `x-` keys, where the version has those. */
export const extensible = (minor: number, from: number, schema: Schema): Schema =>
  minor >= from ? { ...schema, patternProperties: { "^x-": {} } } : schema
