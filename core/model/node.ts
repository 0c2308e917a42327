import * as Schema from "effect/Schema"
import { Labels, meta } from "./common.ts"
import { GenericResource } from "./resources.ts"

export const Role = Schema.Literals(["worker", "manager"])
export type Role = typeof Role.Type

export const Availability = Schema.Literals(["active", "pause", "drain"])
export type Availability = typeof Availability.Type

export const NodeState = Schema.Literals(["unknown", "down", "ready", "disconnected"])
export type NodeState = typeof NodeState.Type

export const NodeSpec = Schema.Struct({
  Name: Schema.optionalKey(Schema.String),
  Labels: Labels,
  Role: Role,
  Availability: Availability,
})
export interface NodeSpec extends Schema.Schema.Type<typeof NodeSpec> {}

export const Platform = Schema.Struct({
  Architecture: Schema.optionalKey(Schema.String),
  OS: Schema.optionalKey(Schema.String),
})
export interface Platform extends Schema.Schema.Type<typeof Platform> {}

/** What a machine tells of itself when its agent registers. NanoCPUs: 1e9 is one CPU. */
export const NodeDescription = Schema.Struct({
  Hostname: Schema.String,
  Platform: Platform,
  Resources: Schema.Struct({
    NanoCPUs: Schema.Number,
    MemoryBytes: Schema.Number,
    GenericResources: Schema.optionalKey(Schema.Array(GenericResource)),
  }),
  Engine: Schema.Struct({
    EngineVersion: Schema.String,
    Labels: Schema.optionalKey(Labels),
    Plugins: Schema.optionalKey(Schema.Array(Schema.Struct({ Type: Schema.String, Name: Schema.String }))),
  }),
  TLSInfo: Schema.optionalKey(
    Schema.Struct({
      TrustRoot: Schema.String,
      CertIssuerSubject: Schema.String,
      CertIssuerPublicKey: Schema.String,
    }),
  ),
})
export interface NodeDescription extends Schema.Schema.Type<typeof NodeDescription> {}

export const NodeStatus = Schema.Struct({
  State: NodeState,
  Message: Schema.optionalKey(Schema.String),
  Addr: Schema.optionalKey(Schema.String),
})
export interface NodeStatus extends Schema.Schema.Type<typeof NodeStatus> {}

export const Reachability = Schema.Literals(["unknown", "unreachable", "reachable"])

/** Managers only. RaftID is the member of the consensus group that runs there (not shown by the Engine API). */
export const ManagerStatus = Schema.Struct({
  Leader: Schema.optionalKey(Schema.Boolean),
  Reachability: Reachability,
  Addr: Schema.String,
  RaftID: Schema.optionalKey(Schema.Number),
})
export interface ManagerStatus extends Schema.Schema.Type<typeof ManagerStatus> {}

export const Node = Schema.Struct({
  ...meta,
  Spec: NodeSpec,
  /** What its certificate may say: Spec.Role is what is wanted, this follows it once the consensus group has. Not shown by the Engine API. */
  Role: Schema.optionalKey(Role),
  /** The consensus group's member that it is or is about to become; never used by another. Not shown by the Engine API. */
  RaftID: Schema.optionalKey(Schema.Number),
  /** Which wish to join it was made for, until somebody has come of it. Not shown by the Engine API. */
  Wish: Schema.optionalKey(Schema.String),
  Description: NodeDescription,
  Status: NodeStatus,
  ManagerStatus: Schema.optionalKey(ManagerStatus),
})
export interface Node extends Schema.Schema.Type<typeof Node> {}

/** What the node is at present, whatever it is to become. */
export const roleOf = (node: Node): Role => node.Role ?? node.Spec.Role

/** What is known of a node that has not yet described itself. */
export const unknownDescription: NodeDescription = {
  Hostname: "",
  Platform: {},
  Resources: { NanoCPUs: 0, MemoryBytes: 0 },
  Engine: { EngineVersion: "" },
}
