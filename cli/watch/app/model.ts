import { fromRfc3339 } from "../../../core/instant.ts"
import type { Node } from "../../../core/model/node.ts"
import type { Service } from "../../../core/model/service.ts"
import type { Task } from "../../../core/model/task.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from "../glyphs.ts"
import { byName } from "../names.ts"
import { type Scene, sceneOf } from "../scene.ts"
import type { ServiceRow } from "../services.ts"
import { hasEnded } from "../survey.ts"

/** CPU in billionths, memory in bytes. */
export interface Amount {
  readonly cpu: number
  readonly memory: number
}

/** What views look up in a status; worked out once for each, however often it is drawn. */
export interface Model {
  readonly scene: Scene
  /** The services, those of a stack together; those of none come last. */
  readonly grouped: ReadonlyArray<ServiceRow>
  readonly glyphs: Glyphs
  readonly nodes: ReadonlyMap<string, Node>
  readonly services: ReadonlyMap<string, Service>
  readonly tasksOfService: ReadonlyMap<string, ReadonlyArray<Task>>
  readonly tasksOfNode: ReadonlyMap<string, ReadonlyArray<Task>>
  /** By node ID. While a service is updated, the tasks of its former version count with what the new one reserves. */
  readonly reserved: ReadonlyMap<string, Amount>
}

const known = { unicode: new WeakMap<ClusterStatus, Model>(), ascii: new WeakMap<ClusterStatus, Model>() }

export function modelOf(status: ClusterStatus, unicode: boolean): Model {
  const cache = unicode ? known.unicode : known.ascii
  const cached = cache.get(status)
  if (cached) return cached
  const model = build(status, unicode ? unicodeGlyphs : asciiGlyphs)
  cache.set(status, model)
  return model
}

function build(status: ClusterStatus, glyphs: Glyphs): Model {
  const services = new Map(status.services.map((service) => [service.ID, service]))
  const tasksOfService = new Map<string, Task[]>()
  const tasksOfNode = new Map<string, Task[]>()
  const reserved = new Map<string, Amount>()
  const wants = new Map(status.services.map((service) => [service.ID, reservationOf(service)]))
  for (const task of status.tasks) {
    add(tasksOfService, task.ServiceID, task)
    if (task.NodeID === undefined) continue
    add(tasksOfNode, task.NodeID, task)
    const want = wants.get(task.ServiceID)
    if (want === undefined || hasEnded(task)) continue
    const sum = reserved.get(task.NodeID) ?? { cpu: 0, memory: 0 }
    reserved.set(task.NodeID, { cpu: sum.cpu + want.cpu, memory: sum.memory + want.memory })
  }
  const scene = sceneOf(status, glyphs)
  return {
    scene,
    grouped: scene.services.toSorted(byStack),
    glyphs,
    nodes: new Map(status.nodes.map((node) => [node.ID, node])),
    services,
    tasksOfService,
    tasksOfNode,
    reserved,
  }
}

function byStack(a: ServiceRow, b: ServiceRow): number {
  if (a.stack === b.stack) return 0
  if (a.stack === "" || b.stack === "") return Number(a.stack === "") - Number(b.stack === "")
  return byName(a.stack, b.stack)
}

function add(lists: Map<string, Task[]>, key: string, task: Task): void {
  const list = lists.get(key)
  if (list) list.push(task)
  else lists.set(key, [task])
}

function reservationOf({ Spec }: Service): Amount {
  const { NanoCPUs = 0, MemoryBytes = 0 } = Spec.TaskTemplate.Resources?.Reservations ?? {}
  return { cpu: NanoCPUs, memory: MemoryBytes }
}

/** Newest first within a slot, as docker service ps lists them; by node where there are no slots. */
export const inHistory = (a: Task, b: Task): number =>
  (a.Slot ?? 0) - (b.Slot ?? 0) ||
  (a.ServiceID < b.ServiceID ? -1 : a.ServiceID > b.ServiceID ? 1 : 0) ||
  fromRfc3339(b.CreatedAt) - fromRfc3339(a.CreatedAt)
