import { type Filter, filters } from "./filters.ts"
import type { NodeInfo } from "./node-info.ts"
import type { Request } from "./request.ts"

/** The filters that concern one kind of task. */
export class Pipeline {
  readonly request: Request
  readonly #filters: ReadonlyArray<Filter>
  readonly #fixed: ReadonlyArray<Filter>
  readonly #varying: ReadonlyArray<Filter>

  constructor(request: Request) {
    this.request = request
    this.#filters = filters.filter((filter) => filter.applies(request))
    this.#fixed = this.#filters.filter((filter) => !filter.varies)
    this.#varying = this.#filters.filter((filter) => filter.varies)
  }

  /** Whether a node can be full for such tasks. */
  get isBounded(): boolean {
    return this.#varying.length > 0
  }

  passes(info: NodeInfo): boolean {
    return this.suits(info) && this.hasRoom(info)
  }

  /** Whether the node itself passes, whatever runs on it. */
  suits(info: NodeInfo): boolean {
    for (const filter of this.#fixed) if (!filter.check(this.request, info)) return false
    return true
  }

  /** Whether a node that suits has room for one more such task. */
  hasRoom(info: NodeInfo): boolean {
    for (const filter of this.#varying) if (!filter.check(this.request, info)) return false
    return true
  }

  /** The first filter that the node fails: its place among all filters from 1 on, 0 when it passes. */
  verdict(info: NodeInfo): number {
    const failed = this.#filters.find((filter) => !filter.check(this.request, info))
    return failed ? filters.indexOf(failed) + 1 : 0
  }

  /** Every filter that concerns such tasks, with whether the node passes it. */
  verdicts(info: NodeInfo): ReadonlyArray<{ readonly filter: Filter; readonly passes: boolean }> {
    return this.#filters.map((filter) => ({ filter, passes: filter.check(this.request, info) }))
  }
}

/** The reasons in Swarm's words, from the number of nodes for each verdict: what holds for most nodes comes first. Empty when there are none. */
export const explained = (counts: ReadonlyArray<number>): string =>
  filters
    .map((filter, i) => ({ filter, count: counts[i + 1] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ filter, count }) => filter.explain(count))
    .join("; ")
