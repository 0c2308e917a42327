import type { EndpointSpec } from "../core/model/endpoint.ts"
import type { Service } from "../core/model/service.ts"
import { specId, type Task } from "../core/model/task.ts"
import { type Reader, specRecordOf } from "../core/store/reader.ts"
import type { Transaction } from "../core/store/transaction.ts"

/** Makes sure that the spec of the service's current version is on record. Every task refers to one. */
export function recordSpec(tx: Transaction, service: Service): void {
  const id = specId(service.ID, service.SpecVersion)
  if (tx.get("specs", id)) return
  const { Name, Labels, TaskTemplate, EndpointSpec } = service.Spec
  tx.create("specs", {
    ID: id,
    ServiceID: service.ID,
    SpecVersion: service.SpecVersion,
    ServiceName: Name,
    Spec: TaskTemplate,
    ...(Labels && { ServiceLabels: Labels }),
    ...(EndpointSpec && { EndpointSpec }),
  })
}

/** The endpoint that the task's spec version has. */
export function endpointOf(reader: Reader, task: Pick<Task, "ServiceID" | "SpecVersion">): EndpointSpec | undefined {
  return specRecordOf(reader, task)?.EndpointSpec
}
