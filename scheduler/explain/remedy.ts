import type { NodeInfo } from "../placement/node-info.ts"
import type { Pipeline } from "../placement/pipeline.ts"
import type { Request } from "../placement/request.ts"
import { shortage, unmet } from "./details.ts"

/** One thing that somebody could do, and how much it asks of them. */
interface Change {
  readonly text: string
  readonly effort: number
}

/** The smallest set of changes after which one more such task would fit somewhere; undefined when nothing that a user can change would do. */
export function nearestChange(pipeline: Pipeline, nodes: Iterable<NodeInfo>): ReadonlyArray<string> | undefined {
  let best: { readonly changes: ReadonlyArray<Change>; readonly effort: number } | undefined
  let any = false
  for (const info of nodes) {
    any = true
    const changes = changesOn(pipeline, info)
    if (!changes) continue
    // Fewer changes first; of as many, the easier ones.
    const effort = changes.length * 100 + changes.reduce((sum, change) => sum + change.effort, 0)
    if (!best || effort < best.effort) best = { changes, effort }
  }
  return any ? best?.changes.map(({ text }) => text) : ["add a node"]
}

function changesOn(pipeline: Pipeline, info: NodeInfo): ReadonlyArray<Change> | undefined {
  const changes: Array<Change> = []
  for (const { filter, passes } of pipeline.verdicts(info)) {
    if (passes) continue
    const found = changesFor(filter.name, pipeline.request, info)
    if (!found) return undefined
    changes.push(...found)
  }
  return changes
}

function changesFor(filter: string, request: Request, info: NodeInfo): ReadonlyArray<Change> | undefined {
  const { node } = info
  const name = node?.Description.Hostname ?? info.id
  switch (filter) {
    case "ready":
      return node?.Status.State === "ready"
        ? [{ text: `make ${name} active`, effort: 1 }]
        : [{ text: `bring ${name} back`, effort: 5 }]
    case "resources": {
      const total = node?.Description.Resources
      const never = !total || request.nanoCpus > total.NanoCPUs || request.memoryBytes > total.MemoryBytes
      const missing = shortage(request, info).join(" and ")
      return [
        never ? { text: `add ${missing} to ${name}`, effort: 20 } : { text: `free ${missing} on ${name}`, effort: 2 },
      ]
    }
    case "plugin":
      return request.plugins.map(({ Type, Name }) => ({
        text: `install ${Type.toLowerCase()} plug-in ${Name} on ${name}`,
        effort: 3,
      }))
    case "constraint":
      return constraintChanges(request, info, name)
    case "host port":
      return request.hostPorts
        .filter((port) => info.hasHostPort(port))
        .map((port) => ({ text: `free port ${port} on ${name}`, effort: 2 }))
    case "max replicas":
      return [{ text: `raise max replicas per node to ${info.tasksOf(request.serviceId) + 1}`, effort: 1 }]
    default:
      return undefined
  }
}

/** What would make the node meet its constraints: undefined when one is on something that cannot be changed. */
function constraintChanges(request: Request, info: NodeInfo, name: string): ReadonlyArray<Change> | undefined {
  const changes: Array<Change> = []
  for (const { key, equal, value } of unmet(request, info)) {
    const lower = key.toLowerCase()
    if (lower.startsWith("node.labels.")) {
      const label = key.slice("node.labels.".length)
      changes.push({
        text: equal ? `add label ${label}=${value} to ${name}` : `remove label ${label} from ${name}`,
        effort: 1,
      })
    } else if (lower === "node.role") {
      const toManager = (value.toLowerCase() === "manager") === equal
      changes.push({ text: `${toManager ? "promote" : "demote"} ${name}`, effort: 2 })
    } else if (lower.startsWith("engine.labels.")) {
      changes.push({ text: `set engine label ${key.slice("engine.labels.".length)} on ${name}`, effort: 4 })
    } else return undefined
  }
  return changes
}
