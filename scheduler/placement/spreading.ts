import { Heap } from "../../core/heap.ts"
import { labelOf } from "./constraint.ts"
import type { NodeInfo } from "./node-info.ts"
import { AvoidingRanking, type Ranking, type RankingContext } from "./ranking.ts"

/**
 * Nodes under placement preferences: a tree with a level for each preference and a branch for each value, a missing label being the value
 * "". Every task goes down the branch that has fewest of the service (on all its nodes, whether they take tasks or not); one
 * that has no room left drops out and leaves its share to the others. Source: swarmkit manager/scheduler/decision_tree.go.
 */
export class SpreadRanking implements Ranking {
  readonly #root: Branch

  constructor(context: RankingContext, nodes: Iterable<NodeInfo>) {
    this.#root = new Branch(0)
    // A descriptor of anything but a label spreads nothing.
    const values = context.pipeline.request.preferences.flatMap((descriptor) => labelOf(descriptor) ?? [])
    for (const info of nodes) {
      const tasks = context.spread.get(info) ?? 0
      let branch = this.#root
      for (const value of values) branch = branch.grow(info.node ? value(info.node) : "", tasks)
      branch.nodes.push(info)
    }
    this.#root.settle(context)
  }

  next(): NodeInfo | undefined {
    return this.#root.next()
  }
}

class Branch implements Ranking {
  readonly nodes: Array<NodeInfo> = []
  readonly #order: number
  #tasks = 0
  readonly #branches = new Map<string, Branch>()
  #heap: Heap<Branch> | undefined
  #leaf: Ranking | undefined

  constructor(order: number) {
    this.#order = order
  }

  grow(value: string, tasks: number): Branch {
    const there = this.#branches.get(value) ?? new Branch(this.#branches.size)
    this.#branches.set(value, there)
    there.#tasks += tasks
    return there
  }

  settle(context: RankingContext): void {
    if (this.#branches.size === 0) {
      this.#leaf = new AvoidingRanking(context, this.nodes)
      return
    }
    for (const branch of this.#branches.values()) branch.settle(context)
    const before = (a: Branch, b: Branch): boolean =>
      a.#tasks < b.#tasks || (a.#tasks === b.#tasks && a.#order < b.#order)
    this.#heap = new Heap(before, this.#branches.values())
  }

  next(): NodeInfo | undefined {
    if (this.#leaf) return this.#leaf.next()
    for (let branch = this.#heap?.pop(); branch; branch = this.#heap?.pop()) {
      const info = branch.next()
      if (!info) continue
      branch.#tasks++
      this.#heap?.push(branch)
      return info
    }
    return undefined
  }
}
