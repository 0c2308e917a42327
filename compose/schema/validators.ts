import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type { ErrorObject, Options } from "ajv"
import { fileSchema } from "./file.ts"
import type { Schema } from "./shapes.ts"
import { specSchema } from "./spec.ts"

/** A stack file of format 3.x by its minor number, or one by the Compose Specification. */
export type Format = number | "spec"

export const formats: ReadonlyArray<Format> = [...Array.from({ length: 14 }, (_, minor) => minor), "spec"]

const schemas = new Map<Format, Schema>()

export const schemaOf = (format: Format): Schema => {
  const known = schemas.get(format) ?? (format === "spec" ? specSchema : fileSchema(format))
  schemas.set(format, known)
  return known
}

/** The file, next to this one in the built product, that holds the code made of a schema. */
export const compiledName = (format: Format): string => `compiled/${format === "spec" ? "spec" : `3.${format}`}.cjs`

/** What is not ajv's to check (assertions.ts) it is told to pass over. The schemas are our own and need no checking. */
export const ajvOptions: Options = {
  allErrors: true,
  strict: false,
  ownProperties: true,
  meta: false,
  validateSchema: false,
  validateFormats: false,
  inlineRefs: false,
}
export const ownKeywords: ReadonlyArray<string> = ["firstOf"]

export interface Validate {
  (data: unknown): boolean
  errors?: ReadonlyArray<ErrorObject> | null
}

interface AjvModule {
  readonly Ajv: new (
    options: Options,
  ) => {
    removeKeyword(keyword: string): unknown
    addKeyword(keyword: string): unknown
    compile(schema: Schema): Validate
  }
}

const require = createRequire(import.meta.url)
const validators = new Map<Format, Validate>()

/** In the built product the schemas are code already: that halves the time to the first answer. From the sources ajv makes it now. */
const make = (format: Format): Validate => {
  const compiled = fileURLToPath(new URL(compiledName(format), import.meta.url))
  if (existsSync(compiled)) return require(compiled) as Validate
  const { Ajv } = require("ajv") as AjvModule
  const ajv = new Ajv(ajvOptions)
  ajv.removeKeyword("uniqueItems")
  for (const keyword of ownKeywords) ajv.addKeyword(keyword)
  return ajv.compile(schemaOf(format))
}

export const validatorOf = (format: Format): Validate => {
  const known = validators.get(format)
  if (known !== undefined) return known
  const made = make(format)
  validators.set(format, made)
  return made
}
