import type { LoadOrder } from "./load-order.ts"
import type { NodeInfo, Spread } from "./node-info.ts"
import type { Pipeline } from "./pipeline.ts"

/**
 * Where tasks of one kind go, one after the other: the node where they failed less, where that is often; then the one with fewer tasks of the
 * service; then the one with fewer tasks in all; then the one that came to that number first. Whoever takes a node books the task there before
 * taking the next. Source: swarmkit manager/scheduler/scheduler.go scheduleTaskGroup.
 */
export interface Ranking {
  next(): NodeInfo | undefined
}

/** What a ranking goes by. */
export interface RankingContext {
  readonly pipeline: Pipeline
  readonly spread: Spread
  readonly avoided: ReadonlyMap<NodeInfo, number> | undefined
}

/**
 * Among given nodes, level by level: all nodes with the fewest tasks of the service get one each before any gets another. A round leaves
 * the nodes in the order in which it met them, since each has just one task more, so that nothing is sorted twice.
 */
export class LevelRanking implements Ranking {
  readonly #pipeline: Pipeline
  readonly #waiting = new Map<number, Array<NodeInfo>>()
  #levels: Array<number>
  #level = -1
  #round: ReadonlyArray<NodeInfo> = []
  #at = 0
  #next: Array<NodeInfo> = []

  constructor({ pipeline, spread }: RankingContext, nodes: Iterable<NodeInfo>) {
    this.#pipeline = pipeline
    for (const info of nodes) {
      if (!pipeline.suits(info)) continue
      const level = spread.get(info) ?? 0
      const there = this.#waiting.get(level)
      if (there) there.push(info)
      else this.#waiting.set(level, [info])
    }
    for (const infos of this.#waiting.values()) infos.sort((a, b) => a.tasks - b.tasks)
    this.#levels = [...this.#waiting.keys()].sort((a, b) => b - a)
  }

  next(): NodeInfo | undefined {
    for (;;) {
      while (this.#at < this.#round.length) {
        const info = this.#round[this.#at++]
        if (!info || !this.#pipeline.hasRoom(info)) continue
        this.#next.push(info)
        return info
      }
      if (!this.#nextRound()) return undefined
    }
  }

  #nextRound(): boolean {
    const level = this.#next.length > 0 ? this.#level + 1 : this.#levels.at(-1)
    if (level === undefined) return false
    const joining = this.#levels.at(-1) === level ? (this.#waiting.get(level) ?? []) : []
    if (joining.length > 0) this.#levels.pop()
    this.#round = merge(this.#next, joining)
    this.#level = level
    this.#at = 0
    this.#next = []
    return true
  }
}

/** Two lists in the order of the numbers of tasks as one. */
function merge(a: ReadonlyArray<NodeInfo>, b: ReadonlyArray<NodeInfo>): ReadonlyArray<NodeInfo> {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const merged: Array<NodeInfo> = []
  let i = 0
  let j = 0
  for (;;) {
    const [x, y] = [a[i], b[j]]
    if (x === undefined) return [...merged, ...b.slice(j)]
    if (y === undefined) return [...merged, ...a.slice(i)]
    if (y.tasks < x.tasks) {
      merged.push(y)
      j++
    } else {
      merged.push(x)
      i++
    }
  }
}

/** Among given nodes, the avoided ones after all others, those with fewer failures first. */
export class AvoidingRanking implements Ranking {
  readonly #rankings: Array<Ranking>

  constructor(context: RankingContext, nodes: Iterable<NodeInfo>) {
    const { avoided } = context
    if (!avoided) {
      this.#rankings = [new LevelRanking(context, nodes)]
      return
    }
    const byFailures = new Map<number, Array<NodeInfo>>()
    for (const info of nodes) {
      const failures = avoided.get(info) ?? 0
      byFailures.set(failures, [...(byFailures.get(failures) ?? []), info])
    }
    this.#rankings = [...byFailures].sort(([a], [b]) => a - b).map(([, infos]) => new LevelRanking(context, infos))
  }

  next(): NodeInfo | undefined {
    for (const ranking of this.#rankings) {
      const info = ranking.next()
      if (info) return info
    }
    return undefined
  }
}

/** Among all nodes that take tasks. As long as there are nodes without a task of the service, it looks at no more than it gives. */
export class ClusterRanking implements Ranking {
  readonly #context: RankingContext
  readonly #order: LoadOrder
  #walk: NodeInfo | undefined
  #rest: Ranking | undefined

  constructor(context: RankingContext, order: LoadOrder) {
    this.#context = context
    this.#order = order
    this.#walk = order.first()
  }

  next(): NodeInfo | undefined {
    const { pipeline, spread, avoided } = this.#context
    while (this.#walk) {
      const info = this.#walk
      // Before it is booked, which moves it.
      this.#walk = this.#order.following(info)
      if (!spread.has(info) && !avoided?.has(info) && pipeline.passes(info)) return info
    }
    this.#rest ??= new AvoidingRanking(this.#context, this.#others())
    return this.#rest.next()
  }

  *#others(): Iterable<NodeInfo> {
    const { spread, avoided } = this.#context
    for (const info of spread.keys()) if (info.isOpen) yield info
    for (const info of avoided?.keys() ?? []) if (info.isOpen && !spread.has(info)) yield info
  }
}
