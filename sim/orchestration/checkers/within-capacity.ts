import { modeOf } from "../../../core/model/defaults.ts"
import type { Node } from "../../../core/model/node.ts"
import { specOf, specRecordOf } from "../../../core/store/reader.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import type { Checker, Committed } from "../observation.ts"
import { isAlive, isAssignment, isWanted } from "./tasks.ts"

/** Where tasks were assigned, reservations fit the node, its host ports are used once, and no service has more tasks there than it allows. */
export class WithinCapacity implements Checker {
  readonly name = "within capacity"

  committed({ changes, after }: Committed): string | undefined {
    const fresh = new Set(changes.filter(isAssignment).map((change) => change.id))
    const nodes = new Set(changes.filter(isAssignment).map((change) => change.after.NodeID ?? ""))
    for (const id of nodes) {
      const node = after.get("nodes", id)
      const wrong = node && judge(after, node, fresh)
      if (wrong) return `node ${node.Description.Hostname} (${id}) ${wrong}`
    }
    return undefined
  }
}

function judge(store: ClusterStore, node: Node, fresh: ReadonlySet<string>): string | undefined {
  let nanoCpus = 0
  let memory = 0
  const ports = new Map<string, string>()
  const perService = new Map<string, number>()
  for (const task of store.find("tasks", "node", node.ID)) {
    if (!isAlive(task)) continue
    const spec = specOf(store, task)
    nanoCpus += spec?.Resources?.Reservations?.NanoCPUs ?? 0
    memory += spec?.Resources?.Reservations?.MemoryBytes ?? 0
    for (const { PublishMode, PublishedPort, Protocol } of specRecordOf(store, task)?.EndpointSpec?.Ports ?? []) {
      if (PublishMode !== "host" || !PublishedPort) continue
      const port = `${PublishedPort}/${Protocol ?? "tcp"}`
      const other = ports.get(port)
      if (other !== undefined) return `has host port ${port} twice: tasks ${other} and ${task.ID}`
      ports.set(port, task.ID)
    }
    // Those that are placed in the same entry and know no limit may come after one that does.
    if (!isWanted(task) || (fresh.has(task.ID) && !spec?.Placement?.MaxReplicas)) continue
    perService.set(task.ServiceID, (perService.get(task.ServiceID) ?? 0) + 1)
  }
  for (const id of fresh) {
    const task = store.get("tasks", id)
    const allowed = (task && specOf(store, task)?.Placement?.MaxReplicas) ?? 0
    const count = perService.get(task?.ServiceID ?? "") ?? 0
    const service = store.get("services", task?.ServiceID ?? "")
    if (task?.NodeID === node.ID && service && modeOf(service.Spec) === "replicated" && allowed > 0 && count > allowed)
      return `has ${count} tasks of service ${service.Spec.Name}, which allows ${allowed}`
  }
  const { NanoCPUs, MemoryBytes } = node.Description.Resources
  if (nanoCpus > NanoCPUs) return `has ${nanoCpus} of ${NanoCPUs} nano CPUs reserved`
  return memory > MemoryBytes ? `has ${memory} of ${MemoryBytes} bytes reserved` : undefined
}
