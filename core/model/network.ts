import * as Schema from "effect/Schema"
import { Driver, Labels, meta } from "./common.ts"

export const IpamConfig = Schema.Struct({
  Subnet: Schema.optionalKey(Schema.String),
  IPRange: Schema.optionalKey(Schema.String),
  Gateway: Schema.optionalKey(Schema.String),
  AuxiliaryAddresses: Schema.optionalKey(Labels),
})
export interface IpamConfig extends Schema.Schema.Type<typeof IpamConfig> {}

export const Ipam = Schema.Struct({
  Driver: Schema.optionalKey(Schema.String),
  Options: Schema.optionalKey(Labels),
  Config: Schema.optionalKey(Schema.Array(IpamConfig)),
})
export interface Ipam extends Schema.Schema.Type<typeof Ipam> {}

/** The body of POST /networks/create. */
export const NetworkCreate = Schema.Struct({
  Name: Schema.String,
  CheckDuplicate: Schema.optionalKey(Schema.Boolean),
  Driver: Schema.optionalKey(Schema.String),
  Scope: Schema.optionalKey(Schema.String),
  EnableIPv4: Schema.optionalKey(Schema.Boolean),
  EnableIPv6: Schema.optionalKey(Schema.Boolean),
  IPAM: Schema.optionalKey(Ipam),
  Internal: Schema.optionalKey(Schema.Boolean),
  Attachable: Schema.optionalKey(Schema.Boolean),
  Ingress: Schema.optionalKey(Schema.Boolean),
  ConfigOnly: Schema.optionalKey(Schema.Boolean),
  ConfigFrom: Schema.optionalKey(Schema.Struct({ Network: Schema.optionalKey(Schema.String) })),
  Options: Schema.optionalKey(Labels),
  Labels: Schema.optionalKey(Labels),
})
export interface NetworkCreate extends Schema.Schema.Type<typeof NetworkCreate> {}

/** What was allocated to a network: its subnets and its VXLAN number. Absent until the allocator has seen it. */
export const NetworkAllocation = Schema.Struct({
  IPAM: Ipam,
  VNI: Schema.Number,
})
export interface NetworkAllocation extends Schema.Schema.Type<typeof NetworkAllocation> {}

/** A network of the whole swarm. DriverState holds what the driver said; local networks are the engines' own and not kept here. */
export const Network = Schema.Struct({
  ...meta,
  Spec: NetworkCreate,
  Allocation: Schema.optionalKey(NetworkAllocation),
  DriverState: Schema.optionalKey(Driver),
})
export interface Network extends Schema.Schema.Type<typeof Network> {}
