import type { Instant } from "../../core/instant.ts"
import { modeOf } from "../../core/model/defaults.ts"
import type { Service } from "../../core/model/service.ts"
import { specId } from "../../core/model/task.ts"
import type { Reader } from "../../core/store/reader.ts"
import { Pipeline } from "../placement/pipeline.ts"
import { Placer } from "../placement/placer.ts"
import { requestOfSpec } from "../placement/request.ts"

/** What a node has and how much of it is reserved by tasks that have not ended. */
export interface NodeCapacity {
  readonly ID: string
  readonly Hostname: string
  readonly NanoCPUs: number
  readonly ReservedNanoCPUs: number
  readonly MemoryBytes: number
  readonly ReservedMemoryBytes: number
  /** Tasks that are meant to be there. */
  readonly Tasks: number
}

export function capacity(reader: Reader): ReadonlyArray<NodeCapacity> {
  const placer = new Placer()
  placer.lookAtAll(reader)
  return [...placer.nodes.present()].map((info) => ({
    ID: info.id,
    Hostname: info.node?.Description.Hostname ?? "",
    NanoCPUs: info.reservedNanoCpus + info.freeNanoCpus,
    ReservedNanoCPUs: info.reservedNanoCpus,
    MemoryBytes: info.reservedMemoryBytes + info.freeMemoryBytes,
    ReservedMemoryBytes: info.reservedMemoryBytes,
    Tasks: info.tasks,
  }))
}

/** More than this is not counted. */
const enough = 10_000

/** How many more tasks of a service would fit. */
export interface Room {
  readonly Fit: number
  /** Nothing that such a task takes up can run out, or there is room for more than is counted. */
  readonly Unlimited: boolean
}

/** Places tasks of the service's present spec, one after the other, until no node takes one. */
export function roomFor(reader: Reader, now: Instant, service: Service): Room {
  const placer = new Placer()
  placer.lookAtAll(reader)
  const spec = service.Spec.TaskTemplate
  const request = requestOfSpec(reader, {
    ServiceID: service.ID,
    specId: specId(service.ID, service.SpecVersion),
    spec,
    endpoint: service.Spec.EndpointSpec,
  })
  const pipeline = new Pipeline(request)
  if (!pipeline.isBounded || modeOf(service.Spec).startsWith("global")) {
    let nodes = 0
    for (const info of placer.nodes.present()) if (pipeline.passes(info)) nodes++
    const Unlimited = nodes > 0 && !modeOf(service.Spec).startsWith("global")
    return { Fit: modeOf(service.Spec).startsWith("global") ? nodes : 0, Unlimited }
  }
  const ranking = placer.ranking(now, pipeline)
  for (let placed = 0; placed < enough; placed++) {
    const info = ranking.next()
    if (!info) return { Fit: placed, Unlimited: false }
    const generic = request.generic.length > 0 ? info.chooseGeneric(request.generic) : undefined
    placer.nodes.assign(`another ${placed}`, info, request, generic)
  }
  return { Fit: enough, Unlimited: true }
}
