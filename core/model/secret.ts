import * as Schema from "effect/Schema"
import { Driver, Labels, meta } from "./common.ts"

/** Data is base 64. */
export const SecretSpec = Schema.Struct({
  Name: Schema.String,
  Labels: Schema.optionalKey(Labels),
  Data: Schema.optionalKey(Schema.String),
  Driver: Schema.optionalKey(Driver),
  Templating: Schema.optionalKey(Driver),
})
export interface SecretSpec extends Schema.Schema.Type<typeof SecretSpec> {}

export const Secret = Schema.Struct({ ...meta, Spec: SecretSpec })
export interface Secret extends Schema.Schema.Type<typeof Secret> {}
