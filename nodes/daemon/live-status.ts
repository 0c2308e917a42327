import * as Effect from "effect/Effect"
import { type ApiError, apiError } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Node } from "../../core/model/node.ts"
import { eventsOf } from "../events.ts"
import type { ManagerOutput } from "../manager/io.ts"
import type { Manager } from "../manager/manager.ts"
import { memberView } from "../manager/manager-view.ts"
import type { SwarmNode } from "../node/swarm-node.ts"
import type { ClusterStatus, ManagerView, StatusEvent } from "../status.ts"

/** How many events an answer tells; a client that looks often enough misses none. */
const toldEvents = 200

/** The cluster as a manager of a real swarm knows it: what it applied, and its own member of the consensus group. */
export class LiveStatus {
  readonly #name: string
  readonly #now: () => Instant
  readonly #node: () => SwarmNode | undefined
  #events: Array<StatusEvent> = []
  #index = 0

  /** `name`: this machine's. */
  constructor(name: string, now: () => Instant, node: () => SwarmNode | undefined) {
    this.#name = name
    this.#now = now
    this.#node = node
  }

  observe(output: ManagerOutput): void {
    const at = this.#now()
    const store = this.#node()?.manager?.store
    const host = (id: string) => store?.get("nodes", id)?.Description.Hostname || id
    if (output.type === "role" && output.role === "leader") {
      this.#add([{ at, kind: "raft", text: `${this.#name} leads in term ${output.term}` }])
    }
    // A manager that starts anew applies entries again that it has told of already.
    if (output.type !== "applied" || output.index <= this.#index || !store) return
    this.#index = output.index
    const names = { node: host, service: (id: string) => store.get("services", id)?.Spec.Name ?? id }
    this.#add(eventsOf(at, output.index, output.changes, names))
  }

  status(): Effect.Effect<ClusterStatus, ApiError> {
    return Effect.suspend(() => {
      const node = this.#node()
      const manager = node?.manager
      if (!node || !manager) {
        const message = "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state."
        return Effect.fail(apiError(503, message))
      }
      const { store } = manager
      const nodes = [...store.all("nodes")]
      return Effect.succeed({
        now: this.#now(),
        managers: managerViews(manager, nodes, node.identity?.nodeId ?? "", this.#now()),
        nodes,
        services: [...store.all("services")],
        tasks: [...store.all("tasks")],
        events: this.#events.slice(-toldEvents),
        index: store.index,
      })
    })
  }

  #add(events: ReadonlyArray<StatusEvent>): void {
    this.#events.push(...events)
    if (this.#events.length > limits.rememberedEvents) this.#events = this.#events.slice(-limits.rememberedEvents)
  }
}

/** This manager as it knows itself; of the others, what their nodes and, if it leads, their confirmations say. */
function managerViews(
  manager: Manager,
  nodes: ReadonlyArray<Node>,
  own: string,
  now: Instant,
): ReadonlyArray<ManagerView> {
  const self = memberView(manager, now)
  const leader = manager.leader
  return nodes.flatMap((node): ReadonlyArray<ManagerView> => {
    const { ID, Description, ManagerStatus } = node
    if (ManagerStatus === undefined) return []
    const name = Description.Hostname || ID
    if (ID === own) return [{ name, nodeId: ID, running: true, ...self }]
    const running = ManagerStatus.Reachability !== "unreachable" && node.Status.State !== "down"
    const match = self.followers?.find(({ id }) => id === ManagerStatus.RaftID)?.match ?? 0
    const role = !running ? ("stopped" as const) : ID === leader ? ("leader" as const) : ("follower" as const)
    return [
      { name, nodeId: ID, running, role, term: 0, vote: 0, commit: 0, applied: 0, lastIndex: match, partial: true },
    ]
  })
}
