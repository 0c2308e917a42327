import * as Schema from "effect/Schema"

/** What of the Engine API's objects is looked at here. */
const optional = Schema.optionalKey
const Labels = Schema.Record(Schema.String, Schema.String)
const Version = Schema.Struct({ Index: Schema.Number })

const NodeView = Schema.Struct({
  ID: Schema.String,
  Version,
  Description: Schema.Struct({ Hostname: Schema.String }),
  Spec: Schema.Struct({ Role: Schema.String, Availability: Schema.String }),
  Status: Schema.Struct({ State: Schema.String }),
  ManagerStatus: optional(
    Schema.Struct({ Leader: optional(Schema.Boolean), Reachability: Schema.String, Addr: Schema.String }),
  ),
})
export interface NodeView extends Schema.Schema.Type<typeof NodeView> {}

const TaskView = Schema.Struct({
  ID: Schema.String,
  ServiceID: optional(Schema.String),
  NodeID: optional(Schema.String),
  Slot: optional(Schema.Number),
  DesiredState: Schema.String,
  Status: Schema.Struct({ State: Schema.String, Err: optional(Schema.String) }),
})
export interface TaskView extends Schema.Schema.Type<typeof TaskView> {}

const ServiceView = Schema.Struct({
  ID: Schema.String,
  Version,
  Spec: Schema.Struct({
    Name: Schema.String,
    Labels: optional(Labels),
    Mode: Schema.Struct({ Replicated: optional(Schema.Struct({ Replicas: Schema.Number })) }),
  }),
})
export interface ServiceView extends Schema.Schema.Type<typeof ServiceView> {}

const NamedView = Schema.Struct({
  ID: Schema.String,
  Spec: Schema.Struct({ Name: Schema.String, Labels: optional(Labels) }),
})

const ContainerView = Schema.Struct({ Id: Schema.String, State: Schema.String, Labels })
export interface ContainerView extends Schema.Schema.Type<typeof ContainerView> {}

const list = <S extends Schema.Codec<unknown, unknown>>(schema: S) => Schema.decodeUnknownSync(Schema.Array(schema))

export const nodesOf = list(NodeView)
export const tasksOf = list(TaskView)
export const servicesOf = list(ServiceView)
export const namedOf = list(NamedView)
export const containersOf = list(ContainerView)
export const idOf = (body: unknown): string => Schema.decodeUnknownSync(Schema.Struct({ ID: Schema.String }))(body).ID
/** Of a container. */
export const createdId = (body: unknown): string =>
  Schema.decodeUnknownSync(Schema.Struct({ Id: Schema.String }))(body).Id
export const tokensOf = Schema.decodeUnknownSync(
  Schema.Struct({ JoinTokens: Schema.Struct({ Worker: Schema.String, Manager: Schema.String }) }),
)
