import { specId, type Task } from "../../core/model/task.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import { hostPortsOf } from "../allocator/ports.ts"
import { endpointOf } from "../spec-records.ts"
import { constraintsOf } from "./constraint.ts"
import type { Request } from "./filters.ts"

/** What the task asks of a node. All tasks of one service and spec version ask the same. */
export function requestOf(reader: Reader, task: Task): Request {
  const spec = specOf(reader, task)
  const reserved = spec?.Resources?.Reservations
  return {
    serviceId: task.ServiceID,
    specId: specId(task.ServiceID, task.SpecVersion),
    nanoCpus: reserved?.NanoCPUs ?? 0,
    memoryBytes: reserved?.MemoryBytes ?? 0,
    constraints: spec ? constraintsOf(spec) : [],
    platforms: spec?.Placement?.Platforms ?? [],
    hostPorts: hostPortsOf(endpointOf(reader, task)),
    maxReplicas: spec?.Placement?.MaxReplicas ?? 0,
  }
}
