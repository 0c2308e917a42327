import { type Instant, type Millis, minutes } from "../../core/instant.ts"
import type { Node } from "../../core/model/node.ts"

/** Failures are held against a node for this long. */
const failureMemory: Millis = minutes(5)

/** What a task takes up on its node, until it has ended. */
export interface Booking {
  readonly nodeId: string
  readonly serviceId: string
  readonly nanoCpus: number
  readonly memoryBytes: number
  /** Keys of host-mode ports, see portKey. */
  readonly hostPorts: ReadonlyArray<string>
  /** Whether it counts as one of the node's tasks: not while it is told to stop. */
  readonly active: boolean
}

/** A node as placement sees it: its object, and what its tasks take up, kept as bookings come and go. */
export class NodeInfo {
  /** Undefined while the node is not there (its tasks may outlive it for a moment). */
  node: Node | undefined
  #bookings = 0
  #nanoCpus = 0
  #memoryBytes = 0
  #tasks = 0
  readonly #tasksOfService = new Map<string, number>()
  readonly #hostPorts = new Map<string, number>()
  /** By spec ID: a changed service starts with a clean sheet. */
  readonly #failures = new Map<string, ReadonlyArray<Instant>>()

  get bookings(): number {
    return this.#bookings
  }

  /** Active ones. */
  get tasks(): number {
    return this.#tasks
  }

  tasksOf(serviceId: string): number {
    return this.#tasksOfService.get(serviceId) ?? 0
  }

  get freeNanoCpus(): number {
    return (this.node?.Description.Resources.NanoCPUs ?? 0) - this.#nanoCpus
  }

  get freeMemoryBytes(): number {
    return (this.node?.Description.Resources.MemoryBytes ?? 0) - this.#memoryBytes
  }

  hasHostPort(key: string): boolean {
    return this.#hostPorts.has(key)
  }

  /** Books (`by` 1) or releases (`by` -1). */
  book(booking: Booking, by: 1 | -1): void {
    this.#bookings += by
    this.#nanoCpus += by * booking.nanoCpus
    this.#memoryBytes += by * booking.memoryBytes
    for (const port of booking.hostPorts) add(this.#hostPorts, port, by)
    if (!booking.active) return
    this.#tasks += by
    add(this.#tasksOfService, booking.serviceId, by)
  }

  failed(specId: string, at: Instant): void {
    this.#failures.set(specId, [...this.#recent(specId, at), at])
  }

  recentFailures(specId: string, now: Instant): number {
    return this.#recent(specId, now).length
  }

  #recent(specId: string, now: Instant): ReadonlyArray<Instant> {
    const recent = (this.#failures.get(specId) ?? []).filter((at) => at > now - failureMemory)
    if (recent.length === 0) this.#failures.delete(specId)
    else this.#failures.set(specId, recent)
    return recent
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
