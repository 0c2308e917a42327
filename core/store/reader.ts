import type { SpecRecord, Task } from "../model/task.ts"
import { specId } from "../model/task.ts"
import type { TaskSpec } from "../model/task-spec.ts"
import type { IndexName, TableName, Tables } from "./tables.ts"

/** What one can ask of the cluster's objects: of the committed store, and of a transaction over it. */
export interface Reader {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined
  /** Every object of a table. For answering clients; a control loop asks an index. */
  all<T extends TableName>(table: T): Iterable<Tables[T]>
  /** The objects with this key in this index. The order is that of their writing. */
  find<T extends TableName>(table: T, index: IndexName<T>, key: string): ReadonlyArray<Tables[T]>
  count(table: TableName): number
}

/** The spec a task was made from. Undefined only when the record was lost, which the store's own rules exclude. */
export function specOf(reader: Reader, task: Pick<Task, "ServiceID" | "SpecVersion">): TaskSpec | undefined {
  return specRecordOf(reader, task)?.Spec
}

export function specRecordOf(reader: Reader, task: Pick<Task, "ServiceID" | "SpecVersion">): SpecRecord | undefined {
  return reader.get("specs", specId(task.ServiceID, task.SpecVersion))
}
