import * as Schema from "effect/Schema"
import { Driver, Labels, meta } from "./common.ts"

/** Data is base 64. */
export const ConfigSpec = Schema.Struct({
  Name: Schema.String,
  Labels: Schema.optionalKey(Labels),
  Data: Schema.optionalKey(Schema.String),
  Templating: Schema.optionalKey(Driver),
})
export interface ConfigSpec extends Schema.Schema.Type<typeof ConfigSpec> {}

export const Config = Schema.Struct({ ...meta, Spec: ConfigSpec })
export interface Config extends Schema.Schema.Type<typeof Config> {}
