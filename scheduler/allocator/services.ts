import { isTerminal } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { saysTheSame } from "../same.ts"
import type { Allocation } from "./allocation.ts"
import { isOverlay } from "./networks.ts"

/** Gives networks their subnets and services their ports and virtual IPs, and takes back what is no longer used, by tasks too. */
export class ServiceAllocator implements ControlLoop {
  readonly name = "allocate services"
  readonly #allocation: Allocation
  /** What has not been given all it needs. */
  readonly #networks = new Set<string>()
  readonly #services = new Set<string>()
  #triedAt = -1

  constructor(allocation: Allocation) {
    this.#allocation = allocation
  }

  turn({ tx, first, changes }: Turn): void {
    const fresh = new Set<string>()
    if (first) this.#takeOver(tx, fresh)
    for (const change of changes) this.#note(tx, change, fresh)
    this.#allocateNetworks(tx, fresh)
    this.#allocateServices(tx, fresh)
    this.#triedAt = this.#allocation.generation
  }

  nextWake(): undefined {
    return undefined
  }

  #takeOver(tx: Transaction, fresh: Set<string>): void {
    for (const network of tx.all("networks")) {
      this.#allocation.claimNetwork(network)
      if (!network.Allocation) fresh.add(network.ID)
    }
    for (const service of tx.all("services")) {
      this.#allocation.claimService(service)
      fresh.add(service.ID)
    }
    for (const task of tx.all("tasks")) if (!isTerminal(task.Status.State)) this.#allocation.claimTask(task)
  }

  #note(tx: Transaction, { table, id }: Applied, fresh: Set<string>): void {
    if (table === "networks") {
      if (tx.get("networks", id)) fresh.add(id)
      else if (this.#networks.delete(id) || this.#allocation.networks.space(id)) this.#allocation.releaseNetwork(id)
    } else if (table === "services") {
      if (tx.get("services", id)) fresh.add(id)
      else {
        this.#services.delete(id)
        this.#allocation.releaseService(id)
      }
    } else if (table === "tasks") {
      const task = tx.get("tasks", id)
      if (!task || isTerminal(task.Status.State)) this.#allocation.releaseTask(id)
    }
  }

  /** The ingress network comes first, so that it has the pool's first subnet. */
  #allocateNetworks(tx: Transaction, fresh: ReadonlySet<string>): void {
    const again = this.#allocation.generation !== this.#triedAt
    const networks = [...new Set([...(again ? this.#networks : []), ...fresh])].flatMap(
      (id) => tx.get("networks", id) ?? [],
    )
    for (const network of networks.sort((a, b) => Number(b.Spec.Ingress ?? false) - Number(a.Spec.Ingress ?? false))) {
      if (network.Allocation || !isOverlay(network)) continue
      const given = this.#allocation.networks.allocate(tx, network)
      if (!given) {
        this.#networks.add(network.ID)
        continue
      }
      this.#networks.delete(network.ID)
      this.#allocation.generation++
      const options = { ...network.Spec.Options, "com.docker.network.driver.overlay.vxlanid_list": String(given.VNI) }
      tx.update("networks", { ...network, Allocation: given, DriverState: { Name: "overlay", Options: options } })
    }
  }

  #allocateServices(tx: Transaction, fresh: ReadonlySet<string>): void {
    const again = this.#allocation.generation !== this.#triedAt
    for (const id of new Set([...(again ? this.#services : []), ...fresh])) {
      const service = tx.get("services", id)
      if (!service) continue
      const endpoint = this.#allocation.endpoint(tx, service)
      if (!endpoint) {
        this.#services.add(id)
        continue
      }
      if (this.#services.delete(id)) this.#allocation.generation++
      if (!saysTheSame(endpoint, service.Endpoint)) tx.update("services", { ...service, Endpoint: endpoint })
    }
  }
}
