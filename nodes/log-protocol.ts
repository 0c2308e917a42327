import type { Instant } from "../core/instant.ts"
import type { LogEntry } from "./log-entry.ts"

/**
 * How the logs of tasks come from the nodes to whoever reads them: a reader at any manager, the leader between (it alone is sure to have a
 * link to every agent), and the agents.
 *
 *   reader's manager --subscribe--> leader --logs (an order)--> agents of the nodes
 *   reader's manager <--batch------ leader <--log-batch-------- agent
 *   reader's manager --ack--------> leader --log-ack----------> agent
 *
 * The leader remembers nothing: orders name the reader's manager, batches carry that name back. A subscription is a lease: it is repeated while
 * the reader is there, with the position that has been read of each task, and agents forget one that is not repeated. So lost messages,
 * agents that start anew and changes of leader need no care of their own, and nothing is told twice or left out.
 *
 * An agent has one batch of a subscription on its way at a time, and sends the next when the reader has taken it: a slow reader slows
 * everything down to the engine, and nothing piles up.
 */

/** Where a reader is in the log of one task: it has all before `at`, and the first `skip` entries of that very millisecond. */
export interface LogPosition {
  readonly at: Instant
  readonly skip: number
}

export interface LogOptions {
  readonly follow: boolean
  /** Lines a task; undefined for all. Counts only where a task is read from its beginning. */
  readonly tail?: number
  readonly since?: Instant
  readonly stdout: boolean
  readonly stderr: boolean
}

/** What is read: all tasks of services, and single tasks. Full IDs. */
export interface LogSelector {
  readonly services: ReadonlyArray<string>
  readonly tasks: ReadonlyArray<string>
}

/** Between a reader's manager and the leader. */
export type LogMessage =
  | {
      readonly type: "subscribe"
      readonly id: string
      readonly selector: LogSelector
      readonly options: LogOptions
      readonly read: Readonly<Record<string, LogPosition>>
    }
  | { readonly type: "unsubscribe"; readonly id: string; readonly nodes: ReadonlyArray<string> }
  /** The leader's answer to each subscribe: where the tasks are. `gone`: there is nothing any more of what was selected. */
  | {
      readonly type: "members"
      readonly id: string
      readonly members: ReadonlyArray<LogMember>
      readonly gone: boolean
    }
  | { readonly type: "batch"; readonly id: string; readonly nodeId: string; readonly batch: LogBatch }
  | { readonly type: "ack"; readonly id: string; readonly nodeId: string; readonly ack: LogAck }

/** A task that is or will be read. */
export interface LogMember {
  readonly taskId: string
  readonly serviceId: string
  readonly nodeId: string
  /** service.slot.taskID */
  readonly name: string
  readonly hostname: string
  /** Whether its node has a session with the leader. */
  readonly reachable: boolean
}

/** `batchId` is unique in the cluster, for ever. */
export interface LogBatch {
  readonly batchId: string
  readonly parts: ReadonlyArray<LogPart>
}

/** What comes next in the log of a task, after `from` (undefined: from the beginning that the options name). */
export interface LogPart {
  readonly taskId: string
  readonly from?: LogPosition
  /** Where the reader is once it has taken this. Lines of a stream that was not asked for count too. */
  readonly to?: LogPosition
  readonly entries: ReadonlyArray<LogEntry>
  /** Nothing more will come of it: it has ended, or it is not followed. */
  readonly done: boolean
}

/** `resume`: tasks of which the reader is elsewhere than the agent believed. Absent position: nothing of it was read. */
export interface LogAck {
  readonly batchId: string
  readonly resume: ReadonlyArray<{ readonly taskId: string; readonly position?: LogPosition }>
}

/** From the leader to an agent. */
export type LogOrder =
  | {
      readonly type: "logs"
      readonly id: string
      /** The node ID of the reader's manager. */
      readonly reader: string
      readonly tasks: ReadonlyArray<{ readonly taskId: string; readonly read?: LogPosition }>
      readonly options: LogOptions
    }
  | { readonly type: "logs-end"; readonly id: string }
  | { readonly type: "log-ack"; readonly id: string; readonly ack: LogAck }

/** From an agent to the leader. */
export interface LogBatchMessage {
  readonly type: "log-batch"
  readonly id: string
  readonly reader: string
  readonly batch: LogBatch
}

export const samePosition = (a: LogPosition | undefined, b: LogPosition | undefined): boolean =>
  a?.at === b?.at && a?.skip === b?.skip
