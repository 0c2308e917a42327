import * as Schema from "effect/Schema"
import { Driver, Labels } from "./common.ts"
import { ContainerSpec } from "./container-spec.ts"
import { Platform } from "./node.ts"
import { ResourceRequirements } from "./resources.ts"

export const RestartCondition = Schema.Literals(["none", "on-failure", "any"])
export type RestartCondition = typeof RestartCondition.Type

/** Delay and Window in nanoseconds. Absent Delay means 5 s, absent or 0 MaxAttempts means no end. */
export const RestartPolicy = Schema.Struct({
  Condition: Schema.optionalKey(RestartCondition),
  Delay: Schema.optionalKey(Schema.Number),
  MaxAttempts: Schema.optionalKey(Schema.Number),
  Window: Schema.optionalKey(Schema.Number),
})
export interface RestartPolicy extends Schema.Schema.Type<typeof RestartPolicy> {}

export const PlacementPreference = Schema.Struct({
  Spread: Schema.optionalKey(Schema.Struct({ SpreadDescriptor: Schema.String })),
})
export interface PlacementPreference extends Schema.Schema.Type<typeof PlacementPreference> {}

export const Placement = Schema.Struct({
  Constraints: Schema.optionalKey(Schema.Array(Schema.String)),
  Preferences: Schema.optionalKey(Schema.Array(PlacementPreference)),
  MaxReplicas: Schema.optionalKey(Schema.Number),
  Platforms: Schema.optionalKey(Schema.Array(Platform)),
})
export interface Placement extends Schema.Schema.Type<typeof Placement> {}

/** Target is a network's ID (the API takes a name too and stores the ID). */
export const NetworkAttachmentConfig = Schema.Struct({
  Target: Schema.optionalKey(Schema.String),
  Aliases: Schema.optionalKey(Schema.Array(Schema.String)),
  DriverOpts: Schema.optionalKey(Labels),
})
export interface NetworkAttachmentConfig extends Schema.Schema.Type<typeof NetworkAttachmentConfig> {}

/** The recipe of a task: ServiceSpec.TaskTemplate, and a task's Spec. */
export const TaskSpec = Schema.Struct({
  ContainerSpec: Schema.optionalKey(ContainerSpec),
  Resources: Schema.optionalKey(ResourceRequirements),
  RestartPolicy: Schema.optionalKey(RestartPolicy),
  Placement: Schema.optionalKey(Placement),
  Networks: Schema.optionalKey(Schema.Array(NetworkAttachmentConfig)),
  LogDriver: Schema.optionalKey(Driver),
  ForceUpdate: Schema.optionalKey(Schema.Number),
  Runtime: Schema.optionalKey(Schema.String),
})
export interface TaskSpec extends Schema.Schema.Type<typeof TaskSpec> {}
