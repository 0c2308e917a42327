import type { Instant, Millis } from "../../../core/instant.ts"
import type { Network } from "../../../core/model/network.ts"
import type { Service } from "../../../core/model/service.ts"
import type { Applied } from "../../../core/store/change.ts"
import type { Reader } from "../../../core/store/reader.ts"
import { ingressNetwork } from "../../../scheduler/allocator/allocation.ts"
import { type IngressRoute, ingressRoutes } from "../../ingress/routes.ts"

/** Changes are gathered for so long before everybody is told: a service that starts changes with each of its tasks. */
const gather_ms: Millis = 100

/**
 * What every node must know to answer on published ports, as the leader tells it. Only changes of services that publish something make it look at
 * them anew.
 */
export class RouteBook {
  /** Services with ingress ports. */
  readonly #publishing = new Set<string>()
  #routes: ReadonlyArray<IngressRoute> = []
  #network: Network | undefined
  #number = 0
  #lookAt: Instant | undefined

  /** Counts what the routes have been, within this leadership. */
  get number(): number {
    return this.#number
  }

  get routes(): ReadonlyArray<IngressRoute> {
    return this.#routes
  }

  /** The ingress network. */
  get network(): Network | undefined {
    return this.#network
  }

  /** Leadership begins. */
  begin(store: Reader): void {
    for (const service of store.all("services")) if (publishes(service)) this.#publishing.add(service.ID)
    this.#routes = ingressRoutes(store)
    this.#network = ingressNetwork(store)
    this.#number = 1
  }

  applied(now: Instant, changes: ReadonlyArray<Applied>): void {
    for (const change of changes) {
      if (change.table === "services") {
        const publishing = publishes(change.after)
        if (publishing || this.#publishing.has(change.id)) this.#lookAt ??= now + gather_ms
        if (publishing) this.#publishing.add(change.id)
        else this.#publishing.delete(change.id)
      } else if (change.table === "networks") {
        if ((change.after ?? change.before)?.Spec.Ingress) this.#lookAt ??= now + gather_ms
      } else if (change.table === "tasks") {
        const serviceId = change.after?.ServiceID ?? change.before?.ServiceID
        if (serviceId !== undefined && this.#publishing.has(serviceId)) this.#lookAt ??= now + gather_ms
      }
    }
  }

  /** Whether the routes are others than before, as far as it is time to look. */
  look(now: Instant, store: Reader): boolean {
    if (this.#lookAt === undefined || now < this.#lookAt) return false
    this.#lookAt = undefined
    const routes = ingressRoutes(store)
    const network = ingressNetwork(store)
    if (network === this.#network && JSON.stringify(routes) === JSON.stringify(this.#routes)) return false
    this.#routes = routes
    this.#network = network
    this.#number++
    return true
  }

  nextWake(): Instant | undefined {
    return this.#lookAt
  }
}

const publishes = (service: Service | undefined): boolean =>
  (service?.Endpoint.Ports ?? []).some(({ PublishMode = "ingress" }) => PublishMode === "ingress")
