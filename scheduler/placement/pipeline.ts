import { type Filter, filters, type Request } from "./filters.ts"
import type { NodeInfo } from "./node-info.ts"

/** The filters that concern one kind of task. */
export class Pipeline {
  readonly #request: Request
  readonly #filters: ReadonlyArray<Filter>

  constructor(request: Request) {
    this.#request = request
    this.#filters = filters.filter((filter) => filter.applies(request))
  }

  passes(info: NodeInfo): boolean {
    return this.#firstFailed(info) === undefined
  }

  /**
   * Why none of these nodes takes the task: each node counts for the first filter it fails, and the reason that holds for most nodes
   * comes first. Empty when there are no nodes.
   */
  explain(infos: Iterable<NodeInfo>): string {
    const counts = new Map<Filter, number>(this.#filters.map((filter) => [filter, 0]))
    for (const info of infos) {
      const failed = this.#firstFailed(info)
      if (failed) counts.set(failed, (counts.get(failed) ?? 0) + 1)
    }
    return [...counts]
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([filter, count]) => filter.explain(count))
      .join("; ")
  }

  #firstFailed(info: NodeInfo): Filter | undefined {
    return this.#filters.find((filter) => !filter.check(this.#request, info))
  }
}
