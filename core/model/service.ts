import * as Schema from "effect/Schema"
import { Labels, meta, Version } from "./common.ts"
import { Endpoint, EndpointSpec } from "./endpoint.ts"
import { NetworkAttachmentConfig, TaskSpec } from "./task-spec.ts"

/** Exactly one of the four is present. */
export const ServiceMode = Schema.Struct({
  Replicated: Schema.optionalKey(Schema.Struct({ Replicas: Schema.optionalKey(Schema.Number) })),
  Global: Schema.optionalKey(Schema.Struct({})),
  ReplicatedJob: Schema.optionalKey(
    Schema.Struct({
      MaxConcurrent: Schema.optionalKey(Schema.Number),
      TotalCompletions: Schema.optionalKey(Schema.Number),
    }),
  ),
  GlobalJob: Schema.optionalKey(Schema.Struct({})),
})
export interface ServiceMode extends Schema.Schema.Type<typeof ServiceMode> {}

/** Delay and Monitor in nanoseconds. Parallelism 0 means all at once. */
export const UpdateConfig = Schema.Struct({
  Parallelism: Schema.Number,
  Delay: Schema.optionalKey(Schema.Number),
  FailureAction: Schema.optionalKey(Schema.Literals(["pause", "continue", "rollback"])),
  Monitor: Schema.optionalKey(Schema.Number),
  MaxFailureRatio: Schema.optionalKey(Schema.Number),
  Order: Schema.optionalKey(Schema.Literals(["stop-first", "start-first"])),
})
export interface UpdateConfig extends Schema.Schema.Type<typeof UpdateConfig> {}

export const ServiceSpec = Schema.Struct({
  Name: Schema.String,
  Labels: Schema.optionalKey(Labels),
  TaskTemplate: TaskSpec,
  Mode: Schema.optionalKey(ServiceMode),
  UpdateConfig: Schema.optionalKey(UpdateConfig),
  RollbackConfig: Schema.optionalKey(UpdateConfig),
  Networks: Schema.optionalKey(Schema.Array(NetworkAttachmentConfig)),
  EndpointSpec: Schema.optionalKey(EndpointSpec),
})
export interface ServiceSpec extends Schema.Schema.Type<typeof ServiceSpec> {}

export const UpdateState = Schema.Literals([
  "updating",
  "paused",
  "completed",
  "rollback_started",
  "rollback_paused",
  "rollback_completed",
])
export type UpdateState = typeof UpdateState.Type

export const UpdateStatus = Schema.Struct({
  State: UpdateState,
  StartedAt: Schema.optionalKey(Schema.String),
  CompletedAt: Schema.optionalKey(Schema.String),
  Message: Schema.optionalKey(Schema.String),
})
export interface UpdateStatus extends Schema.Schema.Type<typeof UpdateStatus> {}

export const JobStatus = Schema.Struct({
  JobIteration: Version,
  LastExecution: Schema.optionalKey(Schema.String),
})
export interface JobStatus extends Schema.Schema.Type<typeof JobStatus> {}

/**
 * A service. SpecVersion (not shown by the Engine API) tells which spec its tasks should have: it changes with TaskTemplate and EndpointSpec
 * and never comes back to an earlier value but by a rollback.
 */
export const Service = Schema.Struct({
  ...meta,
  Spec: ServiceSpec,
  SpecVersion: Version,
  PreviousSpec: Schema.optionalKey(ServiceSpec),
  PreviousSpecVersion: Schema.optionalKey(Version),
  Endpoint: Endpoint,
  UpdateStatus: Schema.optionalKey(UpdateStatus),
  JobStatus: Schema.optionalKey(JobStatus),
})
export interface Service extends Schema.Schema.Type<typeof Service> {}
