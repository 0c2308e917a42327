import { closed, firstOf, type Properties, type Schema, text, texts } from "../shapes.ts"

/*
 * The shapes that the Compose Specification has and the versions before it have not. Wherever a number or a boolean is meant, a text may
 * stand too: a variable that was not cast.
 */

/** Closed but for `x-` keys. */
export const extended = (properties: Properties): Schema => ({
  ...closed(properties),
  patternProperties: { "^x-": {} },
})
export const required = (names: ReadonlyArray<string>, schema: Schema): Schema => ({ ...schema, required: names })
export const orNull = (schema: Schema): Schema => ({ ...schema, type: ["object", "null"] })
/** An object or a list, for which a text may stand. */
export const orText = (schema: Schema): Schema => ({ ...schema, ...firstOf("string", String(schema.type)) })
/** Objects by any name. */
export const anyName = (value: Schema): Schema => ({ type: "object", patternProperties: { "^.+$": value } })
/** One of the definitions that every file's schema has. */
export const defined = (name: string): Schema => ({ $ref: `#/definitions/${name}` })

export const number: Schema = { type: ["number", "string"] }
export const integer: Schema = { type: ["integer", "string"] }
export const flag: Schema = { type: ["boolean", "string"] }
export const uniqueTexts: Schema = { ...texts, uniqueItems: true }
export const textOrUniqueTexts = orText(uniqueTexts)
export const textOrTexts = orText(texts)
export const mappingOrList = defined("mappingOrAnyList")
/** Driver options. */
export const options = anyName({ type: ["string", "number"] })
export const command: Schema = { ...firstOf("null", "string", "array"), items: text }
