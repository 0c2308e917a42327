import type { Instant } from "../core/instant.ts"
import type { Node, Service, Task } from "../core/model/index.ts"
import { nodeName } from "../core/model/node-name.ts"
import type { TaskState } from "../core/model/task.ts"
import type { Applied } from "../core/store/change.ts"
import type { StatusEvent } from "./status.ts"

/** Names for the IDs in events, from the store after the change. */
export interface Names {
  readonly node: (id: string) => string
  readonly service: (id: string) => string
}

/** What a change of the store means, in one line each; nothing for what nobody waits to read. */
export function eventsOf(
  at: Instant,
  index: number,
  changes: ReadonlyArray<Applied>,
  names: Names,
): ReadonlyArray<StatusEvent> {
  const events: Array<StatusEvent> = []
  const say = (kind: StatusEvent["kind"], text: string) => events.push({ at, index, kind, text })
  for (const change of changes) {
    switch (change.table) {
      case "nodes":
        for (const text of nodeChange(change.before, change.after)) say("node", text)
        break
      case "services":
        for (const text of serviceChange(change.before, change.after)) say("service", text)
        break
      case "tasks": {
        const text = taskChange(change.before, change.after, names)
        if (text) say("task", text)
        break
      }
      case "networks":
        if (!change.before && change.after) say("network", `network ${change.after.Spec.Name} created`)
        if (change.before && !change.after) say("network", `network ${change.before.Spec.Name} removed`)
    }
  }
  return events
}

function nodeChange(before: Node | undefined, after: Node | undefined): ReadonlyArray<string> {
  const node = after ?? before
  if (!node) return []
  const name = nodeName(node)
  if (!after) return [`${name} removed`]
  // A node is let in before it says what it is called: that it joined is told when it has.
  const joined = !before?.Description.Hostname && after.Description.Hostname !== ""
  const lines = joined ? [`${name} joined as ${after.Spec.Role}`] : []
  if (!before) return lines
  // At each change of leader every node is unknown for some milliseconds: no news.
  const passing = before.Status.State === "unknown" ? after.Status.State === "ready" : after.Status.State === "unknown"
  if (before.Status.State !== after.Status.State && !passing) {
    const why = after.Status.Message ? ` (${after.Status.Message})` : ""
    lines.push(`${name} is ${after.Status.State}${why}`)
  }
  if (before.Spec.Availability !== after.Spec.Availability) lines.push(`${name} set to ${after.Spec.Availability}`)
  if (before.Spec.Role !== after.Spec.Role) lines.push(`${name} is to be a ${after.Spec.Role}`)
  return lines
}

function serviceChange(before: Service | undefined, after: Service | undefined): ReadonlyArray<string> {
  const name = (after ?? before)?.Spec.Name ?? ""
  if (!after) return [`service ${name} removed`]
  if (!before) return [`service ${name} created`]
  const lines: Array<string> = []
  const replicas = (service: Service) => service.Spec.Mode?.Replicated?.Replicas
  if (replicas(before) !== replicas(after))
    lines.push(`service ${name} scaled from ${replicas(before)} to ${replicas(after)}`)
  const image = (service: Service) => service.Spec.TaskTemplate.ContainerSpec?.Image
  if (image(before) !== image(after)) lines.push(`service ${name} to image ${image(after)}`)
  const update = after.UpdateStatus
  if (update && update.State !== before.UpdateStatus?.State)
    lines.push(`service ${name}: ${update.Message ?? update.State}`)
  return lines
}

/** Between assigned and running a task passes five states within a second: only where it goes and how it ends is news. */
const newsworthy: ReadonlySet<TaskState> = new Set([
  "pending",
  "assigned",
  "running",
  "complete",
  "shutdown",
  "failed",
  "rejected",
  "orphaned",
])

function taskChange(before: Task | undefined, after: Task | undefined, names: Names): string | undefined {
  if (!after) return undefined
  if (before?.Status.State === after.Status.State && before.Status.Err === after.Status.Err) return undefined
  const { State, Err } = after.Status
  if (!newsworthy.has(State)) return undefined
  const place = after.Slot === undefined ? names.node(after.NodeID ?? "") : String(after.Slot)
  const name = `${names.service(after.ServiceID)}.${place}`
  const why = Err ? `: ${Err}` : ""
  if (State === "pending") return Err ? `${name} pending${why}` : undefined
  const where = after.NodeID ? ` on ${names.node(after.NodeID)}` : ""
  if (State === "shutdown") return `${name} shut down${where}`
  return State === "assigned" || State === "running" ? `${name} ${State}${where}` : `${name} ${State}${where}${why}`
}
