import type { NodeInfo } from "./node-info.ts"
import { explained, type Pipeline } from "./pipeline.ts"

/** What each node says to one kind of task, kept so that a change of a node costs that node alone. */
export class Verdicts {
  readonly #pipeline: Pipeline
  readonly #counts: Array<number> = []
  /** By the nodes' order; 0 for nodes that pass or are not there. */
  #verdicts: Uint8Array

  constructor(pipeline: Pipeline, nodes: Iterable<NodeInfo>, capacity: number) {
    this.#pipeline = pipeline
    this.#verdicts = new Uint8Array(capacity)
    for (const info of nodes) this.look(info)
  }

  /** Looks at a node again. Whether it passes now. */
  look(info: NodeInfo): boolean {
    const verdict = info.node ? this.#pipeline.verdict(info) : 0
    if (info.order >= this.#verdicts.length) this.#grow(info.order)
    const before = this.#verdicts[info.order] ?? 0
    if (before !== verdict) {
      if (before > 0) this.#counts[before] = (this.#counts[before] ?? 0) - 1
      if (verdict > 0) this.#counts[verdict] = (this.#counts[verdict] ?? 0) + 1
      this.#verdicts[info.order] = verdict
    }
    return verdict === 0 && info.node !== undefined
  }

  explain(): string {
    return explained(this.#counts)
  }

  #grow(order: number): void {
    const grown = new Uint8Array(Math.max(order + 1, this.#verdicts.length * 2))
    grown.set(this.#verdicts)
    this.#verdicts = grown
  }
}
