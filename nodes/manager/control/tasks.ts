import * as Result from "effect/Result"
import type { Answer } from "../../../core/errors.ts"
import { type Task, taskStates } from "../../../core/model/task.ts"
import { type Reader, specRecordOf } from "../../../core/store/reader.ts"
import { isTaskDirty } from "../../../scheduler/orchestrator/update/dirty.ts"
import type { ControlContext } from "./context.ts"
import {
  hasLabels,
  hasPrefix,
  isOneOf,
  isOneOfWords,
  sortedById,
  unknownFilter,
  unknownWord,
  valuesOf,
} from "./filters.ts"
import { renderTask, taskName } from "./render-task.ts"
import type { Filters } from "./request.ts"
import { resolve } from "./resolve.ts"

const filterKeys = ["name", "id", "label", "service", "node", "desired-state", "_up-to-date", "runtime"]

export function listTasks(context: ControlContext, filters: Filters): Answer<ReadonlyArray<object>> {
  const { tx } = context
  const error = unknownFilter(filters, filterKeys)
  if (error) return Result.fail(error)
  const services = idsOf(tx, "services", valuesOf(filters, "service"))
  if (Result.isFailure(services)) return Result.fail(services.failure)
  const nodes = idsOf(tx, "nodes", valuesOf(filters, "node"))
  if (Result.isFailure(nodes)) return Result.fail(nodes.failure)
  const wrongState = unknownWord(filters, "desired-state", taskStates)
  if (wrongState) return Result.fail(wrongState)
  const found = [...candidates(tx, services.success, nodes.success)].filter(
    (task) =>
      isOneOf(task.ServiceID, services.success) &&
      isOneOf(task.NodeID ?? "", nodes.success) &&
      matches(tx, task, filters),
  )
  return Result.succeed(sortedById(found).map((task) => renderTask(tx, task)))
}

/** Services and nodes may be named in any way; one that is not there fails the list. */
function idsOf(
  reader: Reader,
  table: "services" | "nodes",
  names: ReadonlyArray<string>,
): Answer<ReadonlyArray<string>> {
  const ids: Array<string> = []
  for (const name of names) {
    const found = resolve(reader, table, name)
    if (Result.isFailure(found)) return Result.fail(found.failure)
    ids.push(found.success.ID)
  }
  return Result.succeed([...new Set(ids)])
}

/** The tasks that an index finds for the narrowest filter there is. */
function candidates(reader: Reader, services: ReadonlyArray<string>, nodes: ReadonlyArray<string>): Iterable<Task> {
  if (services.length > 0) return services.flatMap((id) => reader.find("tasks", "service", id))
  if (nodes.length > 0) return nodes.flatMap((id) => reader.find("tasks", "node", id))
  return reader.all("tasks")
}

function matches(reader: Reader, task: Task, filters: Filters): boolean {
  return (
    hasPrefix(task.ID, valuesOf(filters, "id")) &&
    isOneOfWords(task.DesiredState, valuesOf(filters, "desired-state")) &&
    isOneOf("container", valuesOf(filters, "runtime")) &&
    (valuesOf(filters, "name").length === 0 || hasPrefix(taskName(reader, task), valuesOf(filters, "name"))) &&
    (valuesOf(filters, "label").length === 0 || hasLabels(serviceLabels(reader, task), valuesOf(filters, "label"))) &&
    (valuesOf(filters, "_up-to-date").length === 0 || isUpToDate(reader, task))
  )
}

/** Tasks are found by their service's labels. Those of a service that is gone, by the labels it had. */
const serviceLabels = (reader: Reader, task: Task): Readonly<Record<string, string>> =>
  reader.get("services", task.ServiceID)?.Spec.Labels ?? specRecordOf(reader, task)?.ServiceLabels ?? {}

/** Whether an update of its service would leave the task alone; what the progress display of clients counts. */
function isUpToDate(reader: Reader, task: Task): boolean {
  const service = reader.get("services", task.ServiceID)
  return service !== undefined && !isTaskDirty(reader, service, task)
}

export function inspectTask(context: ControlContext, name: string): Answer<object> {
  return Result.map(resolve(context.tx, "tasks", name), (task) => renderTask(context.tx, task))
}
