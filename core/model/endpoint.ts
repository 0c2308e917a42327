import * as Schema from "effect/Schema"

export const PortConfig = Schema.Struct({
  Name: Schema.optionalKey(Schema.String),
  Protocol: Schema.optionalKey(Schema.Literals(["tcp", "udp", "sctp"])),
  TargetPort: Schema.optionalKey(Schema.Number),
  PublishedPort: Schema.optionalKey(Schema.Number),
  PublishMode: Schema.optionalKey(Schema.Literals(["ingress", "host"])),
})
export interface PortConfig extends Schema.Schema.Type<typeof PortConfig> {}

export const EndpointSpec = Schema.Struct({
  Mode: Schema.optionalKey(Schema.Literals(["vip", "dnsrr"])),
  Ports: Schema.optionalKey(Schema.Array(PortConfig)),
})
export interface EndpointSpec extends Schema.Schema.Type<typeof EndpointSpec> {}

/** What was allocated to a service: ports as published, one virtual IP (CIDR) a network. */
export const Endpoint = Schema.Struct({
  Spec: Schema.optionalKey(EndpointSpec),
  Ports: Schema.optionalKey(Schema.Array(PortConfig)),
  VirtualIPs: Schema.optionalKey(
    Schema.Array(Schema.Struct({ NetworkID: Schema.String, Addr: Schema.optionalKey(Schema.String) })),
  ),
})
export interface Endpoint extends Schema.Schema.Type<typeof Endpoint> {}
