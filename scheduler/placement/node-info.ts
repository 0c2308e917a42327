import type { Node } from "../../core/model/node.ts"
import type { GenericResource } from "../../core/model/resources.ts"
import { GenericClaims } from "./generic-resources.ts"
import type { Request } from "./request.ts"

/** What a task takes up on its node, until it has ended. */
export interface Booking {
  readonly info: NodeInfo
  readonly request: Request
  readonly generic: ReadonlyArray<GenericResource> | undefined
  /** Whether it counts as one of the node's tasks: not while it is told to stop. */
  active: boolean
}

/** How many active tasks of one service are on each node that has any. */
export type Spread = ReadonlyMap<NodeInfo, number>

/** A node as placement sees it: its object, and what its tasks take up, kept as bookings come and go. */
export class NodeInfo {
  readonly id: string
  /** A small number of its own, for tables by node. */
  readonly order: number
  /** Undefined while the node is not there (its tasks may outlive it for a moment). */
  node: Node | undefined
  /** Whether it takes new tasks. */
  isOpen = false
  bookings = 0
  /** Active ones. */
  tasks = 0
  /** Its neighbours among the nodes with as many tasks, see LoadOrder. */
  before: NodeInfo | undefined
  after: NodeInfo | undefined
  /** The number of tasks it stands under in that order, -1 while it has no place there. */
  load = -1
  readonly #services: ReadonlyMap<string, Spread>
  #nanoCpus = 0
  #memoryBytes = 0
  #hostPorts: Map<string, number> | undefined
  #generic: GenericClaims | undefined

  constructor(id: string, order: number, services: ReadonlyMap<string, Spread>) {
    this.id = id
    this.order = order
    this.#services = services
  }

  /** The node as it is now; undefined when it has gone. */
  become(node: Node | undefined): void {
    this.node = node
    this.isOpen = node?.Status.State === "ready" && node.Spec.Availability === "active"
  }

  tasksOf(serviceId: string): number {
    return this.#services.get(serviceId)?.get(this) ?? 0
  }

  get reservedNanoCpus(): number {
    return this.#nanoCpus
  }

  get reservedMemoryBytes(): number {
    return this.#memoryBytes
  }

  get freeNanoCpus(): number {
    return (this.node?.Description.Resources.NanoCPUs ?? 0) - this.#nanoCpus
  }

  get freeMemoryBytes(): number {
    return (this.node?.Description.Resources.MemoryBytes ?? 0) - this.#memoryBytes
  }

  hasHostPort(key: string): boolean {
    return this.#hostPorts?.has(key) ?? false
  }

  /** What a task that asks for these generic resources would be given here; undefined when there is too little. */
  chooseGeneric(wanted: ReadonlyArray<GenericResource>): ReadonlyArray<GenericResource> | undefined {
    this.#generic ??= new GenericClaims()
    return this.#generic.choose(this.node?.Description.Resources.GenericResources ?? [], wanted)
  }

  /** Books (`by` 1) or releases (`by` -1) everything but the counts of active tasks, which the index keeps. */
  book({ request, generic }: Booking, by: 1 | -1): void {
    this.bookings += by
    this.#nanoCpus += by * request.nanoCpus
    this.#memoryBytes += by * request.memoryBytes
    if (request.hostPorts.length > 0) {
      this.#hostPorts ??= new Map()
      for (const port of request.hostPorts) add(this.#hostPorts, port, by)
    }
    if (generic) {
      this.#generic ??= new GenericClaims()
      this.#generic.book(generic, by)
    }
  }
}

/** Adds to a count; a count of 0 has no entry. */
export function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
