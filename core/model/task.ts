import * as Schema from "effect/Schema"
import { Driver, Labels, meta, Version } from "./common.ts"
import { EndpointSpec, PortConfig } from "./endpoint.ts"
import { GenericResource } from "./resources.ts"
import { TaskSpec } from "./task-spec.ts"

/** The states of a task in their order; an observed state only ever moves on. */
export const taskStates = [
  "new",
  "allocated",
  "pending",
  "assigned",
  "accepted",
  "preparing",
  "ready",
  "starting",
  "running",
  "complete",
  "shutdown",
  "failed",
  "rejected",
  "remove",
  "orphaned",
] as const

export const TaskState = Schema.Literals(taskStates)
export type TaskState = typeof TaskState.Type

const rank: ReadonlyMap<TaskState, number> = new Map(taskStates.map((state, i) => [state, i]))

/** Where a state stands in the order, for comparison. */
export const stateRank = (state: TaskState): number => rank.get(state) ?? -1

export const isAtMost = (state: TaskState, bound: TaskState): boolean => stateRank(state) <= stateRank(bound)
const isPast = (state: TaskState, bound: TaskState): boolean => stateRank(state) > stateRank(bound)

/** Whether the task has ended, one way or another. */
export const isTerminal = (state: TaskState): boolean => isPast(state, "running")

export const ContainerStatus = Schema.Struct({
  ContainerID: Schema.optionalKey(Schema.String),
  PID: Schema.optionalKey(Schema.Number),
  ExitCode: Schema.optionalKey(Schema.Number),
})

/** Err is why it failed, or why it is still pending. Timestamp is the reporter's clock. */
export const TaskStatus = Schema.Struct({
  Timestamp: Schema.String,
  State: TaskState,
  Message: Schema.optionalKey(Schema.String),
  Err: Schema.optionalKey(Schema.String),
  ContainerStatus: Schema.optionalKey(ContainerStatus),
  PortStatus: Schema.optionalKey(Schema.Struct({ Ports: Schema.optionalKey(Schema.Array(PortConfig)) })),
})
export interface TaskStatus extends Schema.Schema.Type<typeof TaskStatus> {}

/** A task's place on a network; addresses in CIDR form. */
export const NetworkAttachment = Schema.Struct({
  NetworkID: Schema.String,
  Addresses: Schema.Array(Schema.String),
})
export interface NetworkAttachment extends Schema.Schema.Type<typeof NetworkAttachment> {}

/**
 * A task as the cluster keeps it. Its spec is not copied into it: it is the TaskTemplate of ServiceID at SpecVersion, kept once in
 * the table "specs" (see SpecRecord); the API joins the two. Slot is absent for tasks of global services, whose place is their node.
 */
export const Task = Schema.Struct({
  ...meta,
  Labels: Schema.optionalKey(Labels),
  ServiceID: Schema.String,
  SpecVersion: Version,
  Slot: Schema.optionalKey(Schema.Number),
  NodeID: Schema.optionalKey(Schema.String),
  Status: TaskStatus,
  DesiredState: TaskState,
  NetworksAttachments: Schema.optionalKey(Schema.Array(NetworkAttachment)),
  GenericResources: Schema.optionalKey(Schema.Array(GenericResource)),
  JobIteration: Schema.optionalKey(Version),
  /** The cluster's default when it was made; a driver that its spec names goes before it (not shown by the Engine API). */
  LogDriver: Schema.optionalKey(Driver),
  /** It is to be replaced by one that is placed anew, because there are emptier nodes (not shown by the Engine API). */
  Moving: Schema.optionalKey(Schema.Boolean),
})
export interface Task extends Schema.Schema.Type<typeof Task> {}

/** One version of a service's task template, shared by all tasks made from it. ID is `specId(ServiceID, SpecVersion)`. */
export const SpecRecord = Schema.Struct({
  ...meta,
  ServiceID: Schema.String,
  SpecVersion: Version,
  ServiceName: Schema.String,
  /** The service's labels when the record was made, by which its tasks are found once it has been removed. */
  ServiceLabels: Schema.optionalKey(Labels),
  Spec: TaskSpec,
  /** The endpoint of the same version: a task's ports are those of its own version, not of the service's latest. */
  EndpointSpec: Schema.optionalKey(EndpointSpec),
})
export interface SpecRecord extends Schema.Schema.Type<typeof SpecRecord> {}

export const specId = (serviceId: string, version: Version): string => `${serviceId}.${version.Index}`
