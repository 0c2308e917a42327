import type { NodeInfo } from "./node-info.ts"

/**
 * Nodes in the order of their numbers of tasks; among equals, who came to that number first. Moving a node and finding the least busy
 * one cost the same however many nodes there are: each number has a list that is linked through its nodes.
 */
export class LoadOrder {
  readonly #first: Array<NodeInfo | undefined> = []
  readonly #last: Array<NodeInfo | undefined> = []

  /** Puts the node where its number of tasks belongs, or takes it out when it takes no new tasks. */
  place(info: NodeInfo): void {
    const load = info.isOpen ? info.tasks : -1
    if (load === info.load) return
    this.#takeOut(info)
    if (load < 0) return
    while (this.#first.length <= load) {
      this.#first.push(undefined)
      this.#last.push(undefined)
    }
    const last = this.#last[load]
    info.load = load
    info.before = last
    if (last) last.after = info
    else this.#first[load] = info
    this.#last[load] = info
  }

  #takeOut(info: NodeInfo): void {
    const { before, after, load } = info
    if (load < 0) return
    if (before) before.after = after
    else this.#first[load] = after
    if (after) after.before = before
    else this.#last[load] = before
    info.before = undefined
    info.after = undefined
    info.load = -1
  }

  /** The least busy node. */
  first(): NodeInfo | undefined {
    return this.#from(0)
  }

  /** The node that follows in the order. */
  following(info: NodeInfo): NodeInfo | undefined {
    return info.after ?? this.#from(info.load + 1)
  }

  #from(load: number): NodeInfo | undefined {
    for (let at = load; at < this.#first.length; at++) {
      const info = this.#first[at]
      if (info) return info
    }
    return undefined
  }
}
