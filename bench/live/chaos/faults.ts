import { setTimeout as pause } from "node:timers/promises"
import type { Random } from "../../../core/random.ts"
import type { LiveCluster } from "../cluster.ts"
import type { Lan } from "../lan.ts"
import type { NodeProcess } from "../node-process.ts"

const kinds = ["kill", "restart", "pause", "cut off", "deaf", "dumb", "cut one link"] as const
type Kind = (typeof kinds)[number]

/** Faults at the same time; beyond a majority of managers the cluster can do nothing, which is tried less often. */
const together_max = 2

export interface FaultsOptions {
  readonly cluster: LiveCluster
  /** Whose links can be cut; undefined: they cannot. */
  readonly lan: Lan | undefined
  readonly random: Random
  readonly say: (line: string) => void
}

/** Does things to nodes at random, each for a while. The draws follow from the seed alone, not from what becomes of them. */
export class Faults {
  readonly #options: FaultsOptions
  readonly counts = new Map<Kind, number>()
  readonly #going = new Set<Promise<void>>()
  readonly #stop = new AbortController()

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  async run(until: number): Promise<void> {
    const { random, lan, cluster } = this.#options
    while (performance.now() < until) {
      await pause(random.range(300, 4_000))
      const able = lan ? kinds : kinds.slice(0, 3)
      const kind = random.pick(able) ?? "kill"
      const node = random.pick(cluster.nodes)
      const other = random.pick(cluster.nodes.filter((one) => one !== node))
      const length_ms = random.chance(0.2) ? random.range(8_000, 20_000) : random.range(200, 6_000)
      while (this.#going.size >= together_max) await Promise.race(this.#going)
      if (node && other) this.#begin({ kind, node, other, length_ms })
    }
    this.#stop.abort()
    await Promise.all(this.#going)
  }

  #begin(fault: Fault): void {
    const { kind, node, other, length_ms } = fault
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    this.#options.say(`${kind} ${node.name}${kind === "cut one link" ? ` - ${other.name}` : ""} for ${length_ms} ms`)
    const going = this.#play(fault).finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  async #play({ kind, node, other, length_ms }: Fault): Promise<void> {
    const { cluster } = this.#options
    const others = cluster.nodes.filter((one) => one !== node)
    switch (kind) {
      case "kill":
        await node.end("SIGKILL")
        await this.#wait(length_ms)
        return node.start()
      case "restart":
        await node.end("SIGTERM")
        return node.start()
      case "pause":
        node.signal("SIGSTOP")
        await this.#wait(length_ms)
        return node.signal("SIGCONT")
      case "cut off":
        return this.#deafen(
          [...others.map((one) => [node, one] as const), ...others.map((one) => [one, node] as const)],
          length_ms,
        )
      case "deaf":
        return this.#deafen(
          others.map((one) => [node, one] as const),
          length_ms,
        )
      case "dumb":
        return this.#deafen(
          others.map((one) => [one, node] as const),
          length_ms,
        )
      case "cut one link":
        return this.#deafen(
          [
            [node, other],
            [other, node],
          ],
          length_ms,
        )
    }
  }

  async #deafen(pairs: ReadonlyArray<readonly [NodeProcess, NodeProcess]>, length_ms: number): Promise<void> {
    const { lan } = this.#options
    const machines = pairs.flatMap(([one, other]) =>
      one.machine && other.machine ? [[one.machine, other.machine] as const] : [],
    )
    for (const [one, other] of machines) lan?.deafen(one, other)
    await this.#wait(length_ms)
    for (const [one, other] of machines) lan?.undeafen(one, other)
  }

  /** Over early when the time of faults is. */
  #wait(length_ms: number): Promise<void> {
    return pause(length_ms, undefined, { signal: this.#stop.signal }).catch(() => {})
  }
}

interface Fault {
  readonly kind: Kind
  readonly node: NodeProcess
  /** The other end of a single link. */
  readonly other: NodeProcess
  readonly length_ms: number
}
