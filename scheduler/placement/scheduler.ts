import { Heap } from "../../core/heap.ts"
import { type Instant, toRfc3339 } from "../../core/instant.ts"
import { specId, type Task } from "../../core/model/task.ts"
import type { Applied, AppliedTo } from "../../core/store/change.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { setAside } from "../tasks.ts"
import { NodeIndex } from "./node-index.ts"
import { Pipeline } from "./pipeline.ts"
import { better, type Candidate, candidateOf } from "./ranking.ts"
import { requestOf } from "./request.ts"
import { Waiting } from "./waiting.ts"

/**
 * Gives pending tasks a node, and confirms those of global services on theirs. A task that fits nowhere stays pending and says why; it
 * is tried again when a node changed or something became free.
 */
export class Scheduler implements ControlLoop {
  readonly name = "schedule"
  readonly #nodes = new NodeIndex()
  readonly #waiting = new Waiting()
  /** Groups with a new member, and nodes for which preassigned tasks are looked at again, since the last try. */
  #newGroups = new Set<string>()
  #touched = new Set<string>()
  /** Whether a task that did not fit may fit now. */
  #roomier = false

  turn(turn: Turn): void {
    if (turn.first) this.#lookAtAll(turn)
    for (const change of turn.changes) this.#note(turn, change)
    const touched = this.#touched
    const groups = this.#roomier ? this.#waiting.groups() : [...this.#newGroups]
    this.#touched = new Set()
    this.#newGroups = new Set()
    this.#roomier = false
    for (const nodeId of touched) for (const id of this.#waiting.onNode(nodeId)) this.#confirm(turn, id, nodeId)
    for (const group of groups) this.#placeGroup(turn, group)
  }

  nextWake(): undefined {
    return undefined
  }

  #lookAtAll(turn: Turn): void {
    for (const node of turn.tx.all("nodes")) {
      this.#nodes.putNode(node)
      this.#touched.add(node.ID)
    }
    for (const task of [...turn.tx.all("tasks")]) this.#take(turn, task.ID, task)
  }

  #note(turn: Turn, change: Applied): void {
    if (change.table === "nodes") {
      const node = turn.tx.get("nodes", change.id)
      if (node) this.#nodes.putNode(node)
      else this.#nodes.removeNode(change.id)
      this.#touched.add(change.id)
      this.#roomier = true
    } else if (change.table === "tasks") {
      this.#noteFailure(turn.now, change)
      this.#take(turn, change.id, turn.tx.get("tasks", change.id))
    }
  }

  /** Failures of tasks that were placed here are held against the node; those of preassigned tasks are not its choice. */
  #noteFailure(now: Instant, { before, after }: AppliedTo<"tasks">): void {
    if (after?.NodeID === undefined || after.Slot === undefined || before?.Status.State === after.Status.State) return
    if (after.Status.State !== "failed" && after.Status.State !== "rejected") return
    this.#nodes.get(after.NodeID)?.failed(specId(after.ServiceID, after.SpecVersion), now)
  }

  #take({ tx, now }: Turn, id: string, task: Task | undefined): void {
    const freed = this.#nodes.rebook(tx, id, task)
    if (freed !== undefined) {
      this.#touched.add(freed)
      this.#roomier = true
    }
    this.#waiting.remove(id)
    if (task?.Status.State !== "pending") return
    if (setAside(tx, now, task) || task.DesiredState === "remove") return
    this.#waiting.add(task)
    if (task.NodeID === undefined) this.#newGroups.add(specId(task.ServiceID, task.SpecVersion))
    else this.#touched.add(task.NodeID)
  }

  #confirm({ tx, now }: Turn, id: string, nodeId: string): void {
    const task = tx.get("tasks", id)
    const info = this.#nodes.get(nodeId)
    if (!task || !info?.node) return
    const pipeline = new Pipeline(requestOf(tx, task))
    if (pipeline.passes(info)) {
      this.#assign(tx, now, task, nodeId, "scheduler confirmed task can run on preassigned node")
    } else explain(tx, now, task, pipeline.explain([info]))
  }

  /** Tasks of one spec: one after the other goes to the node that is best at that moment. */
  #placeGroup({ tx, now }: Turn, group: string): void {
    const tasks = this.#waiting.group(group).flatMap((id) => tx.get("tasks", id) ?? [])
    const [first] = tasks
    if (!first) return
    const request = requestOf(tx, first)
    const pipeline = new Pipeline(request)
    const heap = new Heap<Candidate>(better(request.serviceId))
    for (const info of this.#nodes.present()) {
      if (info.node && pipeline.passes(info)) heap.push(candidateOf(info, info.node.ID, request, now))
    }
    let placed = 0
    for (const task of tasks) {
      const best = heap.pop()
      if (!best) break
      this.#assign(tx, now, task, best.nodeId, "scheduler assigned task to node")
      placed++
      if (pipeline.passes(best.info)) heap.push(best)
    }
    if (placed === tasks.length) return
    const reason = pipeline.explain(this.#nodes.present())
    const text = reason === "" ? "no suitable node" : `no suitable node (${reason})`
    for (const task of tasks.slice(placed)) explain(tx, now, task, text)
  }

  #assign(tx: Transaction, now: Instant, task: Task, nodeId: string, message: string): void {
    const assigned = tx.update("tasks", {
      ...task,
      NodeID: nodeId,
      Status: { Timestamp: toRfc3339(now), State: "assigned", Message: message },
    })
    this.#waiting.remove(task.ID)
    this.#nodes.rebook(tx, task.ID, assigned)
  }
}

function explain(tx: Transaction, now: Instant, task: Task, reason: string): void {
  if (task.Status.Err === reason) return
  tx.update("tasks", { ...task, Status: { ...task.Status, Timestamp: toRfc3339(now), Err: reason } })
}
