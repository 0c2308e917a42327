import type { Task } from "../../../core/model/task.ts"
import type { StatusEvent } from "../../../nodes/status.ts"
import type { ManagerRow, NodeRow } from "../scene.ts"
import type { ServiceRow } from "../services.ts"
import { inHistory, type Model, modelOf } from "./model.ts"
import { bottom, type Page, type Place, type State, top } from "./state.ts"

/** One row of the list that has the keyboard: what it is, and the words by which a filter finds it. */
export type Item =
  | { readonly type: "node"; readonly id: string; readonly words: string; readonly node: NodeRow }
  | { readonly type: "manager"; readonly id: string; readonly words: string; readonly manager: ManagerRow }
  | { readonly type: "service"; readonly id: string; readonly words: string; readonly service: ServiceRow }
  | { readonly type: "task"; readonly id: string; readonly words: string; readonly task: Task; readonly name: string }
  | { readonly type: "event"; readonly id: string; readonly words: string; readonly event: StatusEvent }
  | { readonly type: "line"; readonly id: string; readonly words: string }

export const pageOf = (state: State): Page | undefined => state.pages.at(-1)
export const placeOf = (state: State): Place => pageOf(state)?.place ?? state.places[state.view]

/** The place of the list that has the keyboard, changed. */
export function withPlace(state: State, change: Partial<Place>): State {
  const page = pageOf(state)
  if (page) {
    return { ...state, pages: [...state.pages.slice(0, -1), { ...page, place: { ...page.place, ...change } }] }
  }
  const { view, places } = state
  return { ...state, places: { ...places, [view]: { ...places[view], ...change } } }
}

/** The rows of the list that has the keyboard, after its filter. */
export function itemsOf(state: State): ReadonlyArray<Item> {
  const filter = placeOf(state).filter.toLowerCase()
  const items = allItems(state)
  return filter === "" ? items : items.filter(({ words }) => words.toLowerCase().includes(filter))
}

/** Which row is chosen; -1 in an empty list. */
export function chosenIndex(items: ReadonlyArray<Item>, { id, index, follow }: Place): number {
  if (follow) return items.length - 1
  const found = id === "" ? -1 : items.findIndex((item) => item.id === id)
  return found >= 0 ? found : Math.min(index, items.length - 1)
}

export function chosenItem(state: State): Item | undefined {
  const items = itemsOf(state)
  return items[chosenIndex(items, placeOf(state))]
}

function allItems(state: State): ReadonlyArray<Item> {
  const model = modelOf(state.status, state.unicode)
  const page = pageOf(state)
  if (page?.type === "node") return taskItems(model, model.tasksOfNode.get(page.id) ?? [])
  if (page?.type === "service") return taskItems(model, model.tasksOfService.get(page.id) ?? [])
  if (page?.type === "text" || page?.type === "logs") {
    return page.lines.map((words, i): Item => ({ type: "line", id: String(i), words }))
  }
  const { scene } = model
  switch (state.view) {
    case "cluster":
      return scene.nodes.map(
        (node): Item => ({
          type: "node",
          id: node.id,
          words: `${node.name} ${node.role} ${node.state} ${node.availability}`,
          node,
        }),
      )
    case "raft":
      return scene.managers.map(
        (manager): Item => ({
          type: "manager",
          id: manager.nodeId || manager.name,
          words: `${manager.name} ${manager.role}`,
          manager,
        }),
      )
    case "services":
      return model.grouped.map(
        (service): Item => ({
          type: "service",
          id: service.id,
          words: `${service.name} ${service.stack} ${service.mode} ${service.image} ${service.update}`,
          service,
        }),
      )
    case "events":
    case "time":
      return state.events.map(
        (event): Item => ({
          type: "event",
          id: `${event.at}/${event.index ?? ""}/${event.text}`,
          words: `${event.kind} ${event.text} ${event.index === undefined ? "" : `#${event.index}`}`,
          event,
        }),
      )
  }
}

const taskItems = (model: Model, tasks: ReadonlyArray<Task>): ReadonlyArray<Item> =>
  tasks.toSorted(inHistory).map((task): Item => {
    const service = model.services.get(task.ServiceID)?.Spec.Name ?? task.ServiceID
    const host = model.nodes.get(task.NodeID ?? "")?.Description.Hostname ?? ""
    const name = task.Slot === undefined ? service : `${service}.${task.Slot}`
    const { State, Err = "" } = task.Status
    return { type: "task", id: task.ID, words: `${name} ${host} ${State} ${Err}`, task, name }
  })

/** Where a list begins: events at their end, everything else at its top. */
export const beginningOf = (page: Page | undefined, state: State): Place =>
  page?.type === "logs" || (page === undefined && (state.view === "events" || state.view === "time")) ? bottom : top
