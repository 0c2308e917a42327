import type { Network } from "../../../core/model/network.ts"
import type { Service } from "../../../core/model/service.ts"
import { isTerminal, type Task } from "../../../core/model/task.ts"
import type { Checker, Committed } from "../observation.ts"

/** A published port belongs to one service, a subnet to one network, an address to one task or virtual IP: each is held by one at a time. */
export class AllocatedOnce implements Checker {
  readonly name = "allocated once"
  readonly #holders = new Map<string, string>()
  readonly #held = new Map<string, ReadonlyArray<string>>()

  committed({ changes }: Committed): string | undefined {
    // What is given back in an entry may be given out again in it.
    for (const change of changes) this.#release(change.id)
    for (const { table, id, after } of changes) {
      if (!after) continue
      const things =
        table === "services"
          ? ofService(after)
          : table === "tasks"
            ? ofTask(after)
            : table === "networks"
              ? ofNetwork(after)
              : []
      for (const thing of things) {
        const other = this.#holders.get(thing)
        if (other !== undefined && other !== id) return `${thing} is held by ${other} and by ${id}`
        this.#holders.set(thing, id)
      }
      if (things.length > 0) this.#held.set(id, things)
    }
    return undefined
  }

  #release(id: string): void {
    for (const thing of this.#held.get(id) ?? []) if (this.#holders.get(thing) === id) this.#holders.delete(thing)
    this.#held.delete(id)
  }
}

const ofService = ({ Endpoint }: Service): ReadonlyArray<string> => [
  ...(Endpoint.Ports ?? [])
    .filter(({ PublishMode, PublishedPort }) => PublishMode !== "host" && PublishedPort)
    .map(({ PublishedPort, Protocol }) => `port ${PublishedPort}/${Protocol ?? "tcp"}`),
  ...(Endpoint.VirtualIPs ?? []).flatMap(({ NetworkID, Addr }) => (Addr ? [`address ${Addr} of ${NetworkID}`] : [])),
]

/** A task that has ended holds nothing. */
const ofTask = (task: Task): ReadonlyArray<string> =>
  isTerminal(task.Status.State)
    ? []
    : (task.NetworksAttachments ?? []).flatMap(({ NetworkID, Addresses }) =>
        Addresses.map((address) => `address ${address} of ${NetworkID}`),
      )

const ofNetwork = ({ Allocation }: Network): ReadonlyArray<string> =>
  (Allocation?.IPAM.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [`subnet ${Subnet}`] : []))
