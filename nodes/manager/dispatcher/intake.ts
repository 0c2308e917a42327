import type { TaskStatus } from "../../../core/model/task.ts"
import type { Registration } from "./node-records.ts"
import { isProgress } from "./reported.ts"

interface Report {
  readonly nodeId: string
  readonly status: TaskStatus
}

interface Batch {
  readonly session: string
  readonly number: number
}

/** What came in and must be committed before it is answered. */
export class Intake {
  /** By node. */
  readonly registrations = new Map<string, Registration>()
  /** By task. */
  readonly reports = new Map<string, Report>()
  /** The batch of each node that is confirmed once its reports are committed. */
  readonly batches = new Map<string, Batch>()
  /** Nodes that leave for good. */
  readonly leaving = new Set<string>()

  /** Whether it takes an entry, or the certainty of leading, to answer. */
  get isWork(): boolean {
    return this.registrations.size > 0 || this.batches.size > 0 || this.leaving.size > 0
  }

  /** Of what one node reports of a task, the furthest counts. */
  note(taskId: string, nodeId: string, status: TaskStatus): void {
    const before = this.reports.get(taskId)
    if (before === undefined || before.nodeId !== nodeId || isProgress(before.status, status))
      this.reports.set(taskId, { nodeId, status })
  }

  /** What is to be answered of another intake is to be answered with this one; its reports have been written. */
  join({ registrations, batches, leaving }: Intake): void {
    for (const [id, registration] of registrations) this.registrations.set(id, registration)
    for (const [id, batch] of batches) this.batches.set(id, batch)
    for (const id of leaving) this.leaving.add(id)
  }
}
