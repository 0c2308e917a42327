import * as Schema from "effect/Schema"

/** A map of texts, as labels and driver options are. */
export const Labels = Schema.Record(Schema.String, Schema.String)
export type Labels = typeof Labels.Type

/** Grows with every write to the object; an update must name the one it was made from. */
export const Version = Schema.Struct({ Index: Schema.Number })
export interface Version extends Schema.Schema.Type<typeof Version> {}

/** What every object of the cluster carries. Times are RFC 3339. */
export const meta = {
  ID: Schema.String,
  Version,
  CreatedAt: Schema.String,
  UpdatedAt: Schema.String,
}

export interface Meta {
  readonly ID: string
  readonly Version: Version
  readonly CreatedAt: string
  readonly UpdatedAt: string
}

/** A plug-in and its options: volume, network, log and IPAM drivers. */
export const Driver = Schema.Struct({
  Name: Schema.optionalKey(Schema.String),
  Options: Schema.optionalKey(Labels),
})
export interface Driver extends Schema.Schema.Type<typeof Driver> {}
