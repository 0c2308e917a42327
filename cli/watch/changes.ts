import { nodeName } from "../../core/model/node-name.ts"
import type { Service } from "../../core/model/service.ts"
import type { Task } from "../../core/model/task.ts"
import type { ClusterStatus, StatusEvent } from "../../nodes/status.ts"
import { serviceCounts } from "./services.ts"
import { clock } from "./title.ts"
import { printable } from "./width.ts"

/** One line for each thing that happened between two statuses: the events, or, where a cluster tells none, what differs. */
export function changesBetween(previous: ClusterStatus, next: ClusterStatus): string[] {
  if (previous.events.length > 0 || next.events.length > 0)
    return newEvents(previous.events, next.events).map(eventLine)
  const line = (kind: StatusEvent["kind"]) => (text: string) => eventLine({ at: next.now, kind, text })
  return [
    ...managerChanges(previous, next).map(line("raft")),
    ...nodeChanges(previous, next).map(line("node")),
    ...serviceChanges(previous, next).map(line("service")),
    ...taskChanges(previous, next).map(line("task")),
  ]
}

const eventLine = ({ at, kind, text }: StatusEvent): string => `${clock(at)} ${kind.padEnd(8)}${printable(text, true)}`

/**
 * The events of `next` that come after those of `previous`. Both are windows over one growing list, so the second begins with an end of the
 * first; the longest such overlap is the right one. Windows that do not overlap have lost what was between them;
 * then time tells, so that what another manager remembers from before is not told again.
 */
export function newEvents(
  previous: ReadonlyArray<StatusEvent>,
  next: ReadonlyArray<StatusEvent>,
): ReadonlyArray<StatusEvent> {
  for (let start = 0; start < previous.length; start++) {
    const overlap = previous.length - start
    if (overlap <= next.length && sameEvents(previous, start, next, overlap)) return next.slice(overlap)
  }
  const last = previous.at(-1)
  return last === undefined ? next : next.filter(({ at }) => at >= last.at)
}

function sameEvents(
  a: ReadonlyArray<StatusEvent>,
  start: number,
  b: ReadonlyArray<StatusEvent>,
  count: number,
): boolean {
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[start + i], b[i]]
    if (x?.at !== y?.at || x?.kind !== y?.kind || x?.text !== y?.text || x?.index !== y?.index) return false
  }
  return true
}

function managerChanges(previous: ClusterStatus, next: ClusterStatus): string[] {
  const before = new Map(previous.managers.map((manager) => [manager.name, manager]))
  return next.managers.flatMap(({ name, role, running, term }) => {
    const old = before.get(name)
    if (old?.running && !running) return [`${name} stopped`]
    if (old?.role === role && old.running === running) return []
    return [`${name} is ${role} in term ${term}`]
  })
}

function nodeChanges(previous: ClusterStatus, next: ClusterStatus): string[] {
  const before = new Map(previous.nodes.map((node) => [node.ID, node]))
  const known = new Set(next.nodes.map(({ ID }) => ID))
  const removed = previous.nodes.filter(({ ID }) => !known.has(ID)).map((node) => `${nodeName(node)} removed`)
  const changed = next.nodes.flatMap((node) => {
    const { ID, Spec, Status, Description } = node
    const old = before.get(ID)
    const name = nodeName(node)
    const lines: string[] = []
    // A node is let in before it says what it is called: that it joined is told when it has.
    const isNamed = Description.Hostname !== ""
    if (isNamed && !old?.Description.Hostname) lines.push(`${name} joined as ${Spec.Role}`)
    const state = old?.Status.State ?? (isNamed ? undefined : "unknown")
    if (state !== Status.State) lines.push(`${name} is ${Status.State}`)
    if (old && old.Spec.Availability !== Spec.Availability) lines.push(`${name} availability ${Spec.Availability}`)
    if (old && old.Spec.Role !== Spec.Role) lines.push(`${name} role ${Spec.Role}`)
    return lines
  })
  return [...removed, ...changed]
}

function serviceChanges(previous: ClusterStatus, next: ClusterStatus): string[] {
  const before = new Map(previous.services.map((service) => [service.ID, service]))
  const known = new Set(next.services.map(({ ID }) => ID))
  const [countsBefore, counts] = [serviceCounts(previous), serviceCounts(next)]
  const removed = previous.services.filter(({ ID }) => !known.has(ID)).map(({ Spec }) => `${Spec.Name} removed`)
  const changed = next.services.flatMap((service) => {
    const old = before.get(service.ID)
    const count = counts.get(service.ID)
    const lines = old === undefined ? [`${service.Spec.Name} created`] : updateChange(old, service)
    if (count !== undefined && count !== countsBefore.get(service.ID)) lines.push(`${service.Spec.Name} runs ${count}`)
    return lines
  })
  return [...removed, ...changed]
}

function updateChange(old: Service, service: Service): string[] {
  const state = service.UpdateStatus?.State
  return state === undefined || state === old.UpdateStatus?.State ? [] : [`${service.Spec.Name} update ${state}`]
}

function taskChanges(previous: ClusterStatus, next: ClusterStatus): string[] {
  const before = new Map(previous.tasks.map((task) => [task.ID, task.Status.State]))
  const services = new Map(next.services.map((service) => [service.ID, service.Spec.Name]))
  const hosts = new Map(next.nodes.map((node) => [node.ID, node.Description.Hostname]))
  return next.tasks
    .filter((task) => before.get(task.ID) !== task.Status.State)
    .map((task) => taskLine(task, services.get(task.ServiceID) ?? task.ServiceID, hosts.get(task.NodeID ?? "")))
}

function taskLine({ Slot, Status }: Task, service: string, host: string | undefined): string {
  const name = Slot === undefined ? service : `${service}.${Slot}`
  const where = host === undefined ? "" : ` on ${host}`
  return `${name} ${Status.State}${where}${Status.Err ? `: ${Status.Err}` : ""}`
}
