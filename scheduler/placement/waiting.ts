import type { Task } from "../../core/model/task.ts"
import type { Request } from "./request.ts"
import type { Verdicts } from "./verdicts.ts"

/** Pending tasks that ask the same of a node. */
export interface Group {
  readonly request: Request
  readonly ids: Set<string>
  /** What the nodes said when it was tried last; undefined while it has members that were not tried. */
  verdicts: Verdicts | undefined
}

/** The pending tasks: unassigned ones by what they are made from, preassigned ones by their node. */
export class Waiting {
  readonly #groups = new Map<string, Group>()
  /** Node -> task -> what it asks. */
  readonly #onNodes = new Map<string, Map<string, Request>>()
  /** Where each task is, to take it out again: its group, or the ID of its node. */
  readonly #places = new Map<string, Group | string>()

  /** Takes a task in, unless it is there. The group it is new in. */
  add(task: Task, request: Request): Group | undefined {
    if (this.#places.has(task.ID)) return undefined
    if (task.NodeID !== undefined) {
      const tasks = this.#onNodes.get(task.NodeID) ?? new Map<string, Request>()
      this.#onNodes.set(task.NodeID, tasks.set(task.ID, request))
      this.#places.set(task.ID, task.NodeID)
      return undefined
    }
    const group = this.#groups.get(request.specId) ?? { request, ids: new Set(), verdicts: undefined }
    this.#groups.set(request.specId, group)
    group.ids.add(task.ID)
    group.verdicts = undefined
    this.#places.set(task.ID, group)
    return group
  }

  remove(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    if (typeof place === "string") {
      const tasks = this.#onNodes.get(place)
      tasks?.delete(id)
      if (tasks?.size === 0) this.#onNodes.delete(place)
      return
    }
    place.ids.delete(id)
    if (place.ids.size === 0) this.#groups.delete(place.request.specId)
  }

  /** Takes all tasks of a group out: cheaper than one after the other. */
  removeGroup(group: Group): void {
    this.#groups.delete(group.request.specId)
    if (this.#places.size === group.ids.size) this.#places.clear()
    else for (const id of group.ids) this.#places.delete(id)
    group.ids.clear()
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  /** Those with the oldest first. */
  groups(): Iterable<Group> {
    return this.#groups.values()
  }

  onNode(nodeId: string): ReadonlyArray<readonly [taskId: string, request: Request]> {
    return [...(this.#onNodes.get(nodeId) ?? [])]
  }
}
