import { type Instant, type Millis, minutes } from "../../core/instant.ts"
import type { NodeInfo } from "./node-info.ts"

/** Failures are held against a node for this long. */
const memory: Millis = minutes(5)

/** From so many recent failures of a spec on, a node is avoided for it. */
const many = 5

/** Where tasks of which spec failed lately. A changed service starts with a clean sheet. */
export class Failures {
  readonly #bySpec = new Map<string, Map<NodeInfo, ReadonlyArray<Instant>>>()

  note(specId: string, info: NodeInfo, at: Instant): void {
    const nodes = this.#bySpec.get(specId) ?? new Map<NodeInfo, ReadonlyArray<Instant>>()
    this.#bySpec.set(specId, nodes)
    nodes.set(info, [...recent(nodes.get(info), at), at])
  }

  forget(specId: string): void {
    this.#bySpec.delete(specId)
  }

  /** The nodes that are avoided for the spec, with how often it failed there; undefined when there are none. */
  avoided(specId: string, now: Instant): ReadonlyMap<NodeInfo, number> | undefined {
    const nodes = this.#bySpec.get(specId)
    if (!nodes) return undefined
    const avoided = new Map<NodeInfo, number>()
    for (const [info, times] of nodes) {
      const still = recent(times, now)
      if (still.length === 0) nodes.delete(info)
      else nodes.set(info, still)
      if (still.length >= many) avoided.set(info, still.length)
    }
    if (nodes.size === 0) this.#bySpec.delete(specId)
    return avoided.size > 0 ? avoided : undefined
  }
}

const recent = (times: ReadonlyArray<Instant> = [], now: Instant): ReadonlyArray<Instant> =>
  times.filter((at) => at > now - memory)
