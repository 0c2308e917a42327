import { Heap } from "../core/heap.ts"
import type { Instant } from "../core/instant.ts"
import { modeOf } from "../core/model/defaults.ts"
import type { Service } from "../core/model/service.ts"
import type { Task } from "../core/model/task.ts"
import type { Reader } from "../core/store/reader.ts"
import type { Transaction } from "../core/store/transaction.ts"
import { isPaused, isUnderWay } from "./orchestrator/update/status.ts"
import type { NodeInfo } from "./placement/node-info.ts"
import { Pipeline } from "./placement/pipeline.ts"
import { Placer } from "./placement/placer.ts"
import type { Ranking } from "./placement/ranking.ts"
import type { Request } from "./placement/request.ts"

/** A task that would be better off elsewhere. `to` is where it would go now; where it goes is decided when it moves. */
export interface Move {
  readonly taskId: string
  readonly serviceId: string
  readonly from: string
  readonly to: string
}

/**
 * The moves, at most so many, that leave the tasks of replicated services more evenly over the nodes: by service first, then in all. Each takes a
 * task from the node that has most to the one that placement would choose, and only if that one still has fewer afterwards.
 * Services in the middle of an update, or with one that is paused, are left alone.
 */
export function rebalancing(reader: Reader, now: Instant, most: number): ReadonlyArray<Move> {
  const placer = new Placer()
  placer.lookAtAll(reader)
  const moves: Array<Move> = []
  for (const service of reader.all("services")) {
    if (moves.length >= most) break
    if (modeOf(service.Spec) !== "replicated" || isUnderWay(service) || isPaused(service)) continue
    movesOf(reader, now, placer, service, most, moves)
  }
  return moves
}

function movesOf(
  reader: Reader,
  now: Instant,
  placer: Placer,
  service: Service,
  most: number,
  moves: Array<Move>,
): void {
  const loaded = new Loaded(placer, service.ID, reader.find("tasks", "service", service.ID).filter(mayMove))
  let places: Places | undefined
  while (moves.length < most) {
    const task = loaded.take()
    const from = placer.nodes.get(task?.NodeID ?? "")
    if (!task || !from) return
    const before = { service: from.tasksOf(service.ID), all: from.tasks }
    const request = placer.nodes.requestOf(reader, task)
    placer.take(reader, task.ID, undefined)
    let to = places?.request === request ? places.ranking.next() : undefined
    // A ranking does not see that nodes lose tasks. That matters only where what is left differs by one, or is counted by branches of a tree.
    if (!to || to.tasksOf(service.ID) + 1 >= before.service || request.preferences.length > 0) {
      places = { request, ranking: placer.ranking(now, new Pipeline(request)) }
      to = places.ranking.next()
    }
    if (!to || !isBetter(to, service.ID, before)) {
      placer.take(reader, task.ID, task)
      return
    }
    placer.nodes.assign(task.ID, to, request, task.GenericResources)
    moves.push({ taskId: task.ID, serviceId: service.ID, from: from.id, to: to.id })
    loaded.changed(from)
    loaded.changed(to)
  }
}

const mayMove = (task: Task): boolean =>
  task.Status.State === "running" && task.DesiredState === "running" && !task.Moving

/** Where tasks of one kind go. */
interface Places {
  readonly request: Request
  readonly ranking: Ranking
}

/** A node with tasks that may move: how many of the service and in all it had, and the place of the first of them among all. */
interface Load {
  readonly info: NodeInfo
  readonly service: number
  readonly all: number
  readonly first: number
}

/** The tasks of a service that may move, those on the node that has most of the service, then most in all, first. What has changed of a node is to be told. */
class Loaded {
  readonly #serviceId: string
  /** By node, the last of each first. */
  readonly #tasks = new Map<NodeInfo, Array<{ readonly at: number; readonly task: Task }>>()
  readonly #heap = new Heap<Load>(
    (a, b) =>
      b.service < a.service || (b.service === a.service && (b.all < a.all || (b.all === a.all && a.first < b.first))),
  )

  constructor(placer: Placer, serviceId: string, tasks: ReadonlyArray<Task>) {
    this.#serviceId = serviceId
    for (let at = tasks.length - 1; at >= 0; at--) {
      const task = tasks[at]
      const info = placer.nodes.get(task?.NodeID ?? "")
      if (!task || !info) continue
      const there = this.#tasks.get(info)
      if (there) there.push({ at, task })
      else this.#tasks.set(info, [{ at, task }])
    }
    for (const info of this.#tasks.keys()) this.changed(info)
  }

  /** The node has other numbers now: what is known of it under the old ones stands no longer. */
  changed(info: NodeInfo): void {
    const load = this.#loadOf(info)
    if (load) this.#heap.push(load)
  }

  /** The next task. Its node is out until it is told to have changed. */
  take(): Task | undefined {
    for (let load = this.#heap.pop(); load; load = this.#heap.pop()) {
      const now = this.#loadOf(load.info)
      if (now && now.service === load.service && now.all === load.all && now.first === load.first)
        return this.#tasks.get(load.info)?.pop()?.task
    }
    return undefined
  }

  #loadOf(info: NodeInfo): Load | undefined {
    const first = this.#tasks.get(info)?.at(-1)?.at
    return first === undefined ? undefined : { info, service: info.tasksOf(this.#serviceId), all: info.tasks, first }
  }
}

function isBetter(
  to: NodeInfo,
  serviceId: string,
  before: { readonly service: number; readonly all: number },
): boolean {
  const there = to.tasksOf(serviceId) + 1
  return there < before.service || (there === before.service && to.tasks + 1 < before.all)
}

/** Has the tasks moved: their services' rolling updates do it, start-first where they say so, so many at a time as they say. */
export function carryOut(tx: Transaction, moves: ReadonlyArray<Move>): void {
  for (const { taskId } of moves) {
    const task = tx.get("tasks", taskId)
    if (task) tx.update("tasks", { ...task, Moving: true })
  }
}
