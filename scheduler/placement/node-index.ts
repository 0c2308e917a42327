import type { Node } from "../../core/model/node.ts"
import { isTerminal, stateRank, type Task } from "../../core/model/task.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import { hostPortsOf } from "../allocator/ports.ts"
import { endpointOf } from "../spec-records.ts"
import { type Booking, NodeInfo } from "./node-info.ts"

/** Every node with what its tasks take up. Tasks are booked from ASSIGNED until they have ended, whatever is wanted of them. */
export class NodeIndex {
  readonly #nodes = new Map<string, NodeInfo>()
  readonly #bookings = new Map<string, Booking>()

  putNode(node: Node): void {
    this.#info(node.ID).node = node
  }

  removeNode(id: string): void {
    const info = this.#nodes.get(id)
    if (info) info.node = undefined
    this.#forgetIfEmpty(id)
  }

  /** The nodes that are there. */
  *present(): Iterable<NodeInfo> {
    for (const info of this.#nodes.values()) if (info.node) yield info
  }

  /** Undefined for nodes that are neither there nor have tasks. */
  get(id: string): NodeInfo | undefined {
    return this.#nodes.get(id)
  }

  #info(id: string): NodeInfo {
    const there = this.#nodes.get(id)
    if (there) return there
    const info = new NodeInfo()
    this.#nodes.set(id, info)
    return info
  }

  /** Books what the task takes up now in place of what it took. The ID of the node on which something became free by it. */
  rebook(reader: Reader, id: string, task: Task | undefined): string | undefined {
    const before = this.#bookings.get(id)
    const after = task && bookingOf(reader, task, before)
    if (before === after) return undefined
    if (before) this.#info(before.nodeId).book(before, -1)
    if (after) this.#info(after.nodeId).book(after, 1)
    if (after) this.#bookings.set(id, after)
    else this.#bookings.delete(id)
    if (before) this.#forgetIfEmpty(before.nodeId)
    return before && (!after || (before.active && !after.active)) ? before.nodeId : undefined
  }

  #forgetIfEmpty(id: string): void {
    const info = this.#nodes.get(id)
    if (info && !info.node && info.bookings === 0) this.#nodes.delete(id)
  }
}

/** The same object as before when nothing about it changed. */
function bookingOf(reader: Reader, task: Task, before: Booking | undefined): Booking | undefined {
  const { NodeID, Status } = task
  if (NodeID === undefined || stateRank(Status.State) < stateRank("assigned") || isTerminal(Status.State))
    return undefined
  const active = stateRank(task.DesiredState) <= stateRank("complete")
  if (before) return before.active === active ? before : { ...before, active }
  const reserved = specOf(reader, task)?.Resources?.Reservations
  return {
    nodeId: NodeID,
    serviceId: task.ServiceID,
    nanoCpus: reserved?.NanoCPUs ?? 0,
    memoryBytes: reserved?.MemoryBytes ?? 0,
    hostPorts: hostPortsOf(endpointOf(reader, task)),
    active,
  }
}
