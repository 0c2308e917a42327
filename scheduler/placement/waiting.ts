import { specId, type Task } from "../../core/model/task.ts"

/** The pending tasks: unassigned ones by what they are made from, preassigned ones by their node. Tasks of a group ask the same of a node. */
export class Waiting {
  readonly #groups = new Map<string, Set<string>>()
  readonly #onNodes = new Map<string, Set<string>>()
  /** Where each task is, to take it out again. */
  readonly #places = new Map<string, { readonly sets: Map<string, Set<string>>; readonly key: string }>()

  add(task: Task): void {
    this.remove(task.ID)
    const sets = task.NodeID === undefined ? this.#groups : this.#onNodes
    const key = task.NodeID ?? specId(task.ServiceID, task.SpecVersion)
    const set = sets.get(key)
    if (set) set.add(task.ID)
    else sets.set(key, new Set([task.ID]))
    this.#places.set(task.ID, { sets, key })
  }

  remove(id: string): void {
    const place = this.#places.get(id)
    if (!place) return
    this.#places.delete(id)
    const set = place.sets.get(place.key)
    set?.delete(id)
    if (set?.size === 0) place.sets.delete(place.key)
  }

  /** Keys of the groups (spec IDs), oldest first. */
  groups(): ReadonlyArray<string> {
    return [...this.#groups.keys()]
  }

  group(key: string): ReadonlyArray<string> {
    return [...(this.#groups.get(key) ?? [])]
  }

  onNode(nodeId: string): ReadonlyArray<string> {
    return [...(this.#onNodes.get(nodeId) ?? [])]
  }
}
