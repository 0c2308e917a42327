import { type Instant, toRfc3339 } from "../../core/instant.ts"
import { specId, type Task, type TaskStatus } from "../../core/model/task.ts"
import type { Applied, AppliedTo } from "../../core/store/change.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { setAside } from "../tasks.ts"
import { Failures } from "./failures.ts"
import { NodeIndex } from "./node-index.ts"
import type { NodeInfo } from "./node-info.ts"
import { Pipeline } from "./pipeline.ts"
import { AvoidingRanking, ClusterRanking, type Ranking } from "./ranking.ts"
import type { Request } from "./request.ts"
import { SpreadRanking } from "./spreading.ts"
import { Verdicts } from "./verdicts.ts"
import { type Group, Waiting } from "./waiting.ts"

/**
 * Gives pending tasks a node, and confirms those of global services on theirs. A task that fits nowhere stays pending and says why; it
 * is tried again when a node changed or something became free, and then only on the nodes that changed: all others said no already and have
 * not become emptier.
 */
export class Scheduler implements ControlLoop {
  readonly name = "schedule"
  readonly #nodes = new NodeIndex()
  readonly #failures = new Failures()
  readonly #waiting = new Waiting()
  /** Groups with a member that was not tried yet. */
  #fresh = new Set<Group>()
  /** Nodes for which preassigned tasks are looked at again. */
  #touched = new Set<string>()
  /** Whether a task that did not fit may fit now. */
  #roomier = false

  turn(turn: Turn): void {
    if (turn.first) this.#lookAtAll(turn)
    for (const change of turn.changes) this.#note(turn, change)
    const touched = this.#touched
    this.#touched = new Set()
    for (const nodeId of touched) this.#confirmOn(turn, nodeId)
    const changed = this.#roomier ? this.#nodes.changed : undefined
    if (changed) this.#nodes.changed = new Set()
    const fresh = this.#fresh
    this.#fresh = new Set()
    this.#roomier = false
    if (changed) {
      for (const group of [...this.#waiting.groups()]) if (group.verdicts) this.#retry(turn, group, changed)
    }
    for (const group of fresh) this.#place(turn, group)
    if (this.#waiting.isEmpty) this.#nodes.changed.clear()
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
    if (change.table === "tasks") {
      this.#noteFailure(turn.now, change)
      this.#take(turn, change.id, turn.tx.get("tasks", change.id))
    } else if (change.table === "nodes") {
      const node = turn.tx.get("nodes", change.id)
      if (node) this.#nodes.putNode(node)
      else this.#nodes.removeNode(change.id)
      this.#touched.add(change.id)
      this.#roomier = true
    } else if (change.table === "specs" && !turn.tx.get("specs", change.id)) {
      this.#failures.forget(change.id)
      this.#nodes.forgetRequest(change.id)
    }
  }

  /** Failures of tasks that were placed here are held against the node; those of preassigned tasks are not its choice. */
  #noteFailure(now: Instant, { before, after }: AppliedTo<"tasks">): void {
    if (after?.NodeID === undefined || after.Slot === undefined || before?.Status.State === after.Status.State) return
    if (after.Status.State !== "failed" && after.Status.State !== "rejected") return
    const info = this.#nodes.get(after.NodeID)
    if (info) this.#failures.note(specId(after.ServiceID, after.SpecVersion), info, now)
  }

  #take({ tx, now }: Turn, id: string, task: Task | undefined): void {
    const freed = this.#nodes.rebook(tx, id, task)
    if (freed) {
      if (task?.NodeID) this.#touched.add(task.NodeID)
      this.#roomier = true
    }
    if (task?.Status.State !== "pending" || task.DesiredState === "remove" || setAside(tx, now, task)) {
      this.#waiting.remove(id)
      return
    }
    const group = this.#waiting.add(task, this.#nodes.requestOf(tx, task))
    if (group) this.#fresh.add(group)
    if (task.NodeID !== undefined) this.#touched.add(task.NodeID)
  }

  #confirmOn({ tx, now }: Turn, nodeId: string): void {
    const info = this.#nodes.get(nodeId)
    if (!info?.node) return
    for (const id of this.#waiting.onNode(nodeId)) {
      const task = tx.get("tasks", id)
      if (!task) continue
      const request = this.#nodes.requestOf(tx, task)
      const pipeline = new Pipeline(request)
      if (pipeline.passes(info)) {
        this.#assign(tx, task, info, request, assigned(now, "scheduler confirmed task can run on preassigned node"))
      } else explain(tx, now, task, new Verdicts(pipeline, [info], info.order + 1).explain())
    }
  }

  /** Tasks of one kind: one after the other goes to the node that is best at that moment. */
  #place(turn: Turn, group: Group): void {
    const pipeline = new Pipeline(group.request)
    if (this.#distribute(turn, group, this.#ranking(turn.now, pipeline))) return
    group.verdicts = new Verdicts(pipeline, this.#nodes.present(), this.#nodes.capacity)
    this.#explain(turn, group, group.verdicts)
  }

  /** Looks for room on the nodes that changed. */
  #retry(turn: Turn, group: Group, changed: ReadonlySet<NodeInfo>): void {
    const verdicts = group.verdicts
    if (!verdicts) return
    const passing = [...changed].filter((info) => verdicts.look(info))
    if (passing.length > 0) {
      const pipeline = new Pipeline(group.request)
      const ranking =
        group.request.preferences.length > 0
          ? this.#ranking(turn.now, pipeline)
          : new AvoidingRanking(this.#context(turn.now, pipeline), passing)
      if (this.#distribute(turn, group, ranking)) return
      for (const info of passing) verdicts.look(info)
    }
    this.#explain(turn, group, verdicts)
  }

  #context(now: Instant, pipeline: Pipeline) {
    const { serviceId, specId } = pipeline.request
    return { pipeline, spread: this.#nodes.spreadOf(serviceId), avoided: this.#failures.avoided(specId, now) }
  }

  #ranking(now: Instant, pipeline: Pipeline): Ranking {
    const context = this.#context(now, pipeline)
    return pipeline.request.preferences.length > 0
      ? new SpreadRanking(context, this.#nodes.present())
      : new ClusterRanking(context, this.#nodes.order)
  }

  /** Whether all tasks of the group have a node now. */
  #distribute({ tx, now }: Turn, group: Group, ranking: Ranking): boolean {
    const status = assigned(now, "scheduler assigned task to node")
    for (const id of [...group.ids]) {
      const task = tx.get("tasks", id)
      if (!task) continue
      const info = ranking.next()
      if (!info) return false
      this.#assign(tx, task, info, group.request, status)
    }
    return true
  }

  #explain({ tx, now }: Turn, group: Group, verdicts: Verdicts): void {
    const reason = verdicts.explain()
    const text = reason === "" ? "no suitable node" : `no suitable node (${reason})`
    for (const id of group.ids) {
      const task = tx.get("tasks", id)
      if (task) explain(tx, now, task, text)
    }
  }

  #assign(tx: Transaction, task: Task, info: NodeInfo, request: Request, status: TaskStatus): void {
    const generic = request.generic.length > 0 ? info.chooseGeneric(request.generic) : undefined
    const update = { ...task, NodeID: info.id, Status: status }
    const after = tx.update("tasks", generic ? { ...update, GenericResources: generic } : update)
    this.#waiting.remove(task.ID)
    this.#nodes.assign(info, request, after)
  }
}

const assigned = (now: Instant, Message: string): TaskStatus => ({
  Timestamp: toRfc3339(now),
  State: "assigned",
  Message,
})

function explain(tx: Transaction, now: Instant, task: Task, reason: string): void {
  if (task.Status.Err === reason) return
  tx.update("tasks", { ...task, Status: { ...task.Status, Timestamp: toRfc3339(now), Err: reason } })
}
