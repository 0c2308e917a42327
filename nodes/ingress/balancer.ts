import type { IngressTarget } from "./routes.ts"

/** Takes the targets in turn. */
export class Balancer {
  #targets: ReadonlyArray<IngressTarget> = []
  #next = 0

  set(targets: ReadonlyArray<IngressTarget>): void {
    this.#targets = targets
  }

  has({ taskId }: IngressTarget): boolean {
    return this.#targets.some((target) => target.taskId === taskId)
  }

  /** All targets in the order in which they are to be tried, each time beginning with the next one. */
  order(): ReadonlyArray<IngressTarget> {
    const count = this.#targets.length
    if (count === 0) return []
    const first = this.#next % count
    this.#next = first + 1
    return [...this.#targets.slice(first), ...this.#targets.slice(0, first)]
  }
}
