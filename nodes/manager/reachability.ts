import type { Instant } from "../../core/instant.ts"

/** How long a manager counts as reachable after it was last heard of: twice the longest election timeout. */
const reachable_ms = 2_400

/** Who was heard of, and when. */
export class Reachability {
  readonly #heard = new Map<string, Instant>()

  hear(nodeId: string, now: Instant): void {
    this.#heard.set(nodeId, now)
  }

  /** Those of the given nodes that were heard of lately. */
  among(nodeIds: ReadonlyArray<string>, now: Instant): ReadonlyArray<string> {
    return nodeIds.filter((nodeId) => now - (this.#heard.get(nodeId) ?? Number.NEGATIVE_INFINITY) <= reachable_ms)
  }
}
