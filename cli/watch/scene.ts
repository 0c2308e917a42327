import type { Instant } from "../../core/instant.ts"
import type { ClusterStatus, ManagerView, StatusEvent } from "../../nodes/status.ts"
import { type Look, type NodeTasks, nodeTasks, type Waiting, waitingGroups } from "./cells.ts"
import { coloursOf } from "./colours.ts"
import type { Glyphs } from "./glyphs.ts"
import { byName, shortNames } from "./names.ts"
import { type ServiceRow, serviceRows } from "./services.ts"
import { survey } from "./survey.ts"
import { printable } from "./width.ts"

/** What the picture shows, in order, with every text printable. Where it stands on the screen is decided later. */
export interface Scene {
  readonly now: Instant
  readonly simulation: ClusterStatus["simulation"]
  readonly index: number
  readonly managers: ReadonlyArray<ManagerRow>
  readonly nodes: ReadonlyArray<NodeRow>
  readonly services: ReadonlyArray<ServiceRow>
  readonly waiting: ReadonlyArray<Waiting>
  readonly events: ReadonlyArray<StatusEvent>
}

/** `vote` is the name of the manager that got it, where that is known; "" for none. `behind`: it has not applied all that is committed. */
export interface ManagerRow extends Omit<ManagerView, "vote" | "host"> {
  readonly vote: string
  readonly host: string
  readonly behind: boolean
}

export interface NodeRow {
  readonly id: string
  readonly name: string
  readonly role: "manager" | "worker"
  readonly leader: boolean
  readonly state: string
  readonly availability: string
  readonly tasks: NodeTasks
}

/** More than any screen shows. */
const events_max = 300

/** Pure: the same status gives the same scene. */
export function sceneOf(status: ClusterStatus, glyphs: Glyphs): Scene {
  const clean = (text: string) => printable(text, glyphs.unicode)
  const names = shortNames(status.services)
  const colours = coloursOf(status.services)
  const known = survey(status)
  const look: Look = (serviceId) => ({
    name: clean(names.get(serviceId) ?? serviceId.slice(0, 8)),
    colour: colours.get(serviceId) ?? "faint",
  })
  return {
    now: status.now,
    simulation: status.simulation && { ...status.simulation, seed: clean(status.simulation.seed) },
    index: status.index,
    managers: managerRows(status, clean),
    nodes: nodeRows(status, nodeTasks(known, look, glyphs), clean),
    services: serviceRows(status.services, known, colours, glyphs),
    waiting: waitingGroups(known, look, glyphs).map((group) => ({ ...group, reason: clean(group.reason) })),
    events: status.events.slice(-events_max).map((event) => ({ ...event, text: clean(event.text) })),
  }
}

function managerRows(status: ClusterStatus, clean: (text: string) => string): ReadonlyArray<ManagerRow> {
  const byRaftId = new Map<number, string>()
  for (const { ManagerStatus, Description } of status.nodes) {
    if (ManagerStatus?.RaftID !== undefined) byRaftId.set(ManagerStatus.RaftID, clean(Description.Hostname))
  }
  const committed = status.managers.reduce((most, { commit }) => Math.max(most, commit), 0)
  return status.managers
    .map((manager) => ({
      ...manager,
      name: clean(manager.name),
      host: clean(manager.host ?? ""),
      role: manager.running ? manager.role : ("stopped" as const),
      vote: manager.vote === 0 ? "" : (byRaftId.get(manager.vote) ?? String(manager.vote)),
      behind: manager.running && manager.applied < committed,
    }))
    .sort((a, b) => byName(a.name, b.name))
}

const noTasks: NodeTasks = { count: 0, cells: () => [] }

function nodeRows(
  status: ClusterStatus,
  tasks: ReadonlyMap<string, NodeTasks>,
  clean: (text: string) => string,
): ReadonlyArray<NodeRow> {
  return status.nodes
    .map((node) => ({
      id: node.ID,
      name: clean(node.Description.Hostname || node.ID.slice(0, 12)),
      role: node.Spec.Role,
      leader: node.ManagerStatus?.Leader === true,
      state: node.Status.State,
      availability: node.Spec.Availability,
      tasks: tasks.get(node.ID) ?? noTasks,
    }))
    .sort((a, b) => (a.role === b.role ? byName(a.name, b.name) : a.role === "manager" ? -1 : 1))
}
