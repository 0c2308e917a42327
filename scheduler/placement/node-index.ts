import type { Node } from "../../core/model/node.ts"
import { isTerminal, specId, stateRank, type Task } from "../../core/model/task.ts"
import type { Reader } from "../../core/store/reader.ts"
import { LoadOrder } from "./load-order.ts"
import { add, type Booking, NodeInfo, type Spread } from "./node-info.ts"
import type { Request } from "./request.ts"
import { requestOf } from "./request.ts"

/** Every node with what its tasks take up. Tasks are booked from ASSIGNED until they have ended, whatever is wanted of them. */
export class NodeIndex {
  /** The nodes that take new tasks, by their numbers of tasks. */
  readonly order = new LoadOrder()
  /** Nodes that changed in any way since this was last emptied. */
  changed = new Set<NodeInfo>()
  readonly #nodes = new Map<string, NodeInfo>()
  readonly #bookings = new Map<string, Booking>()
  /** Service -> node -> active tasks. */
  readonly #services = new Map<string, Map<NodeInfo, number>>()
  /** By spec ID, for as long as something is booked or asked under it. */
  readonly #requests = new Map<string, Request>()
  #numbers = 0

  putNode(node: Node): void {
    const info = this.#info(node.ID)
    info.become(node)
    this.order.place(info)
    this.changed.add(info)
  }

  removeNode(id: string): void {
    const info = this.#nodes.get(id)
    if (!info) return
    info.become(undefined)
    this.order.place(info)
    this.changed.add(info)
    this.#forgetIfEmpty(info)
  }

  /** The nodes that are there. */
  *present(): Iterable<NodeInfo> {
    for (const info of this.#nodes.values()) if (info.node) yield info
  }

  /** How many different orders its nodes may have. */
  get capacity(): number {
    return this.#numbers
  }

  /** Undefined for nodes that are neither there nor have tasks. */
  get(id: string): NodeInfo | undefined {
    return this.#nodes.get(id)
  }

  /** It goes on to be right as tasks of the service are booked. */
  spreadOf(serviceId: string): Spread {
    const there = this.#services.get(serviceId)
    if (there) return there
    const spread = new Map<NodeInfo, number>()
    this.#services.set(serviceId, spread)
    return spread
  }

  /** What the task asks of a node, shared by all tasks of its spec. */
  requestOf(reader: Reader, task: Task): Request {
    const id = specId(task.ServiceID, task.SpecVersion)
    const known = this.#requests.get(id)
    if (known) return known
    const request = requestOf(reader, task, id)
    this.#requests.set(id, request)
    return request
  }

  forgetRequest(id: string): void {
    this.#requests.delete(id)
  }

  #info(id: string): NodeInfo {
    const there = this.#nodes.get(id)
    if (there) return there
    const info = new NodeInfo(id, this.#numbers++, this.#services)
    this.#nodes.set(id, info)
    return info
  }

  /** Books a task that was just given to the node. */
  assign(taskId: string, info: NodeInfo, request: Request, generic: Booking["generic"]): void {
    const booking = { info, request, generic, active: true }
    this.#bookings.set(taskId, booking)
    info.book(booking, 1)
    this.#count(booking, 1)
  }

  /** Books what the task takes up now in place of what it took. Whether something became free by it. */
  rebook(reader: Reader, id: string, task: Task | undefined): boolean {
    const booking = this.#bookings.get(id)
    const holds = task !== undefined && isHolding(task)
    if (!booking) {
      if (holds) this.#book(reader, task)
      return false
    }
    const active = holds && stateRank(task.DesiredState) <= stateRank("complete")
    if (holds && active === booking.active) return false
    const wasActive = booking.active
    if (active !== wasActive) {
      booking.active = active
      this.#count(booking, active ? 1 : -1)
    }
    if (!holds) {
      booking.info.book(booking, -1)
      this.#bookings.delete(id)
      this.changed.add(booking.info)
      this.#forgetIfEmpty(booking.info)
    }
    return !active
  }

  #book(reader: Reader, task: Task): void {
    const info = this.#info(task.NodeID ?? "")
    const active = stateRank(task.DesiredState) <= stateRank("complete")
    const booking = { info, request: this.requestOf(reader, task), generic: task.GenericResources, active }
    this.#bookings.set(task.ID, booking)
    info.book(booking, 1)
    if (active) this.#count(booking, 1)
    this.changed.add(info)
  }

  #count({ info, request }: Booking, by: 1 | -1): void {
    info.tasks += by
    const spread = this.#services.get(request.serviceId) ?? new Map<NodeInfo, number>()
    add(spread, info, by)
    if (spread.size === 0) this.#services.delete(request.serviceId)
    else this.#services.set(request.serviceId, spread)
    this.order.place(info)
    this.changed.add(info)
  }

  #forgetIfEmpty(info: NodeInfo): void {
    if (!info.node && info.bookings === 0) this.#nodes.delete(info.id)
  }
}

const isHolding = ({ NodeID, Status }: Task): boolean =>
  NodeID !== undefined && stateRank(Status.State) >= stateRank("assigned") && !isTerminal(Status.State)
