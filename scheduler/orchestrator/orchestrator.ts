import type { Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import { modeOf, replicasOf } from "../../core/model/defaults.ts"
import type { Service } from "../../core/model/service.ts"
import { isTerminal, type Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { saysTheSame } from "../same.ts"
import { type Bounded, desire, isWanted, Room } from "../tasks.ts"
import { reconcileGlobal, reconcileOnNode } from "./global.ts"
import { reconcileReplicatedJob } from "./jobs.ts"
import { reconcileReplicated } from "./replicated.ts"

/** What a turn has to look at, each once. */
interface Work {
  readonly services: Set<string>
  readonly removed: Set<string>
  /** Service -> nodes on which it is looked at. */
  readonly onNodes: Map<string, Set<string>>
}

/** Makes the tasks of services as many as their specs say, and tells those of removed services to go. */
export class Orchestrator implements ControlLoop {
  readonly name = "orchestrate"
  /** IDs of the global services and global jobs, which every node's change concerns. */
  readonly #global = new Set<string>()
  /** IDs of the replicated jobs, which may have more tasks as others end. */
  readonly #jobs = new Set<string>()

  /** IDs of the services for whose tasks the last cycle had no more room, and when that was. */
  #unfinished = new Set<string>()
  #again: Instant | undefined

  turn(turn: Turn): void {
    const work: Work = { services: this.#unfinished, removed: new Set(), onNodes: new Map() }
    if (turn.first) this.#lookAtAll(turn, work)
    for (const change of turn.changes) this.#note(change, work)
    this.#unfinished = new Set()
    this.#carryOut({ ...turn, room: new Room(limits.tasksMadePerCycle) }, work)
    this.#again = this.#unfinished.size > 0 ? turn.now : undefined
  }

  /** At once, when there was more to do than a cycle has room for. */
  nextWake(): Instant | undefined {
    return this.#again
  }

  #lookAtAll({ tx }: Turn, work: Work): void {
    for (const service of tx.all("services")) {
      work.services.add(service.ID)
      this.#remember(service)
    }
    for (const task of tx.all("tasks")) if (!work.services.has(task.ServiceID)) work.removed.add(task.ServiceID)
  }

  #note(change: Applied, work: Work): void {
    if (change.table === "services") this.#noteService(change.before, change.after, work)
    else if (change.table === "nodes") {
      for (const service of this.#global) noteOnNode(work, service, change.id)
    } else if (change.table === "tasks") this.#noteTask(change.before, change.after, work)
  }

  #noteTask(before: Task | undefined, after: Task | undefined, work: Work): void {
    if (!before) return
    const { ServiceID, NodeID } = before
    const isGone = !after && isWanted(before)
    const hasEnded = after !== undefined && isTerminal(after.Status.State) && !isTerminal(before.Status.State)
    if (isGone && this.#global.has(ServiceID) && NodeID) noteOnNode(work, ServiceID, NodeID)
    else if (isGone || (hasEnded && this.#jobs.has(ServiceID))) work.services.add(ServiceID)
  }

  #remember(service: Service): void {
    const mode = modeOf(service.Spec)
    if (mode === "global" || mode === "global-job") this.#global.add(service.ID)
    if (mode === "replicated-job") this.#jobs.add(service.ID)
  }

  #noteService(before: Service | undefined, after: Service | undefined, work: Work): void {
    if (after === undefined) {
      if (before) work.removed.add(before.ID)
      if (before) this.#global.delete(before.ID)
      if (before) this.#jobs.delete(before.ID)
      return
    }
    this.#remember(after)
    const relevant =
      before === undefined ||
      before.JobStatus?.JobIteration.Index !== after.JobStatus?.JobIteration.Index ||
      // Another spec may fill slots that the one before left empty.
      before.SpecVersion.Index !== after.SpecVersion.Index ||
      (this.#global.has(after.ID)
        ? !saysTheSame(before.Spec.TaskTemplate.Placement, after.Spec.TaskTemplate.Placement)
        : replicasOf(before.Spec) !== replicasOf(after.Spec))
    if (relevant || after.UpdateStatus?.State === "rollback_started") work.services.add(after.ID)
  }

  #carryOut(turn: Turn & Bounded, work: Work): void {
    const { tx, room } = turn
    for (const id of work.removed) {
      if (tx.get("services", id)) continue
      for (const task of tx.find("tasks", "service", id)) desire(tx, task.ID, "remove")
    }
    for (const id of work.services) {
      const service = tx.get("services", id)
      if (service) reconcile(turn, service)
      if (service && room.wanting) this.#unfinished.add(id)
    }
    for (const [id, nodes] of work.onNodes) {
      const service = tx.get("services", id)
      if (!service || work.services.has(id)) continue
      for (const nodeId of nodes) reconcileOnNode(turn, service, nodeId)
      if (room.wanting) this.#unfinished.add(id)
    }
  }
}

function noteOnNode(work: Work, service: string, node: string): void {
  const nodes = work.onNodes.get(service)
  if (nodes) nodes.add(node)
  else work.onNodes.set(service, new Set([node]))
}

function reconcile(turn: Bounded, service: Service): void {
  const mode = modeOf(service.Spec)
  if (mode === "replicated") reconcileReplicated(turn, service)
  else if (mode === "replicated-job") reconcileReplicatedJob(turn, service)
  else reconcileGlobal(turn, service)
}
