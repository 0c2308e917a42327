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
  const running = reader
    .find("tasks", "service", service.ID)
    .filter((task) => task.Status.State === "running" && task.DesiredState === "running" && !task.Moving)
  const left = new Set<Task>(running)
  while (moves.length < most) {
    const task = busiest(placer, service.ID, left)
    if (!task?.NodeID) return
    left.delete(task)
    const from = placer.nodes.get(task.NodeID)
    if (!from) continue
    const before = { service: from.tasksOf(service.ID), all: from.tasks }
    const request = placer.nodes.requestOf(reader, task)
    placer.take(reader, task.ID, undefined)
    const to = placer.ranking(now, new Pipeline(request)).next()
    if (!to || !isBetter(to, service.ID, before)) {
      placer.take(reader, task.ID, task)
      return
    }
    placer.nodes.assign(task.ID, to, request, task.GenericResources)
    moves.push({ taskId: task.ID, serviceId: service.ID, from: from.id, to: to.id })
  }
}

/** Of the tasks, one on the node that has most of the service, then most in all. */
function busiest(placer: Placer, serviceId: string, tasks: Iterable<Task>): Task | undefined {
  let found: { readonly task: Task; readonly info: NodeInfo } | undefined
  for (const task of tasks) {
    const info = placer.nodes.get(task.NodeID ?? "")
    if (!info) continue
    const ofService = info.tasksOf(serviceId) - (found?.info.tasksOf(serviceId) ?? -1)
    if (!found || ofService > 0 || (ofService === 0 && info.tasks > found.info.tasks)) found = { task, info }
  }
  return found?.task
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
