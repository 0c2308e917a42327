import { limits } from "../../core/limits.ts"
import { eventsOf } from "../../nodes/events.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { StatusEvent } from "../../nodes/status.ts"
import type { Host } from "./host.ts"
import type { World } from "./world.ts"

/**
 * What happened in a world, as lines: each entry of the log once, when the first manager applied it, each change of a leader, and what
 * was done to the machines.
 */
export class Journal {
  readonly #world: World
  readonly #events: Array<StatusEvent> = []
  readonly #listeners = new Set<(event: StatusEvent) => void>()
  #index = 0
  #leading = ""

  constructor(world: World) {
    this.#world = world
    world.observe((host, output) => this.#see(host, output))
  }

  /** Newest last; the oldest are forgotten. */
  get events(): ReadonlyArray<StatusEvent> {
    return this.#events
  }

  listen(listener: (event: StatusEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  add(event: StatusEvent): void {
    this.#events.push(event)
    if (this.#events.length > limits.rememberedEvents) this.#events.shift()
    for (const listener of this.#listeners) listener(event)
  }

  machine(text: string): void {
    this.add({ at: this.#world.now, kind: "machine", text })
  }

  #see(host: Host, output: ManagerOutput): void {
    const at = this.#world.now
    if (output.type === "role" && output.role === "leader") {
      const text = `${host.name} leads in term ${output.term}`
      if (text !== this.#leading) this.add({ at, kind: "raft", text })
      this.#leading = text
    }
    const store = host.manager?.store
    if (output.type !== "applied" || output.index <= this.#index || !store) return
    this.#index = output.index
    const names = {
      node: (id: string) => this.#world.host(id)?.name ?? (store.get("nodes", id)?.Description.Hostname || id),
      service: (id: string) => store.get("services", id)?.Spec.Name ?? nameOfRemoved(output, id) ?? id,
    }
    for (const event of eventsOf(at, output.index, output.changes, names)) this.add(event)
  }
}

function nameOfRemoved(output: Extract<ManagerOutput, { type: "applied" }>, id: string): string | undefined {
  for (const change of output.changes) {
    if (change.table === "services" && change.id === id) return change.before?.Spec.Name
  }
  return undefined
}
