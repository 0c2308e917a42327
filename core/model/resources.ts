import * as Schema from "effect/Schema"

/** A resource that nodes offer by name (NamedResourceSpec) or by number (DiscreteResourceSpec). */
export const GenericResource = Schema.Struct({
  NamedResourceSpec: Schema.optionalKey(Schema.Struct({ Kind: Schema.String, Value: Schema.String })),
  DiscreteResourceSpec: Schema.optionalKey(Schema.Struct({ Kind: Schema.String, Value: Schema.Number })),
})
export interface GenericResource extends Schema.Schema.Type<typeof GenericResource> {}

export const Limits = Schema.Struct({
  NanoCPUs: Schema.optionalKey(Schema.Number),
  MemoryBytes: Schema.optionalKey(Schema.Number),
  Pids: Schema.optionalKey(Schema.Number),
})
export interface Limits extends Schema.Schema.Type<typeof Limits> {}

export const Reservations = Schema.Struct({
  NanoCPUs: Schema.optionalKey(Schema.Number),
  MemoryBytes: Schema.optionalKey(Schema.Number),
  GenericResources: Schema.optionalKey(Schema.Array(GenericResource)),
})
export interface Reservations extends Schema.Schema.Type<typeof Reservations> {}

/** Limits bind the container; only Reservations count for placement. */
export const ResourceRequirements = Schema.Struct({
  Limits: Schema.optionalKey(Limits),
  Reservations: Schema.optionalKey(Reservations),
})
export interface ResourceRequirements extends Schema.Schema.Type<typeof ResourceRequirements> {}
