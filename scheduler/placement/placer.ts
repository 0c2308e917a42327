import type { Instant } from "../../core/instant.ts"
import type { GenericResource } from "../../core/model/resources.ts"
import { specId, type Task } from "../../core/model/task.ts"
import type { Applied, AppliedTo } from "../../core/store/change.ts"
import type { Reader } from "../../core/store/reader.ts"
import { Failures } from "./failures.ts"
import { NodeIndex } from "./node-index.ts"
import type { NodeInfo } from "./node-info.ts"
import { Pipeline } from "./pipeline.ts"
import { AvoidingRanking, ClusterRanking, type Ranking, type RankingContext } from "./ranking.ts"
import type { Request } from "./request.ts"
import { SpreadRanking } from "./spreading.ts"
import { Verdicts } from "./verdicts.ts"
import { type Group, Waiting } from "./waiting.ts"

/** A pending task has a node. */
export interface Placed {
  readonly taskId: string
  readonly nodeId: string
  /** The node was given with the task, and is only confirmed. */
  readonly preassigned: boolean
  readonly generic: ReadonlyArray<GenericResource> | undefined
}

/** A pending task has none, for a reason in Swarm's words. */
export interface Unplaced {
  readonly taskId: string
  readonly reason: string
}

export interface Decisions {
  readonly placed: ReadonlyArray<Placed>
  readonly unplaced: ReadonlyArray<Unplaced>
}

/**
 * Decides where pending tasks go. It follows nodes and tasks as they change and books what it decides at once, without writing anything. A task
 * that fits nowhere is tried again when a node changed or something became free, and then only on the nodes that changed:
 * all others said no already and have not become emptier.
 */
export class Placer {
  readonly nodes = new NodeIndex()
  readonly #failures = new Failures()
  readonly #waiting = new Waiting()
  /** Groups with a member that was not tried yet. */
  #fresh = new Set<Group>()
  /** Nodes for which preassigned tasks are looked at again. */
  #touched = new Set<string>()
  /** Whether a task that did not fit may fit now. */
  #roomier = false
  #placed: Array<Placed> = []
  #unplaced: Array<Unplaced> = []

  lookAtAll(reader: Reader): void {
    for (const node of reader.all("nodes")) {
      this.nodes.putNode(node)
      this.#touched.add(node.ID)
    }
    for (const task of reader.all("tasks")) this.take(reader, task.ID, task)
  }

  note(reader: Reader, now: Instant, change: Applied): void {
    if (change.table === "tasks") {
      this.#noteFailure(now, change)
      this.take(reader, change.id, reader.get("tasks", change.id))
    } else if (change.table === "nodes") {
      const node = reader.get("nodes", change.id)
      if (node) this.nodes.putNode(node)
      else this.nodes.removeNode(change.id)
      this.#touched.add(change.id)
      this.#roomier = true
    } else if (change.table === "specs" && !reader.get("specs", change.id)) {
      this.#failures.forget(change.id)
      this.nodes.forgetRequest(change.id)
    }
  }

  /** Takes note of the task as it is now. */
  take(reader: Reader, id: string, task: Task | undefined): void {
    if (this.nodes.rebook(reader, id, task)) {
      if (task?.NodeID) this.#touched.add(task.NodeID)
      this.#roomier = true
    }
    if (task?.Status.State !== "pending" || task.DesiredState === "remove" || task.DesiredState === "shutdown") {
      this.#waiting.remove(id)
      return
    }
    const request = this.nodes.requestOf(reader, task)
    const group = this.#waiting.add(task, request)
    if (group) this.#fresh.add(group)
    if (task.NodeID !== undefined) this.#touched.add(task.NodeID)
  }

  /** What becomes of the tasks that wait. Those that fit nowhere are named only when they were tried. */
  decide(now: Instant): Decisions {
    const touched = this.#touched
    const fresh = this.#fresh
    const changed = this.#roomier ? this.nodes.changed : undefined
    this.#touched = new Set()
    this.#fresh = new Set()
    if (changed) this.nodes.changed = new Set()
    this.#roomier = false
    this.#placed = []
    this.#unplaced = []
    for (const nodeId of touched) this.#confirmOn(nodeId)
    if (changed) {
      for (const group of [...this.#waiting.groups()]) if (group.verdicts) this.#retry(now, group, changed)
    }
    for (const group of fresh) this.#place(now, group)
    if (this.#waiting.isEmpty) this.nodes.changed.clear()
    return { placed: this.#placed, unplaced: this.#unplaced }
  }

  /** What ranks nodes for tasks of one kind. */
  context(now: Instant, pipeline: Pipeline): RankingContext {
    const { serviceId, specId } = pipeline.request
    return { pipeline, spread: this.nodes.spreadOf(serviceId), avoided: this.#failures.avoided(specId, now) }
  }

  /** All nodes for tasks of one kind. */
  ranking(now: Instant, pipeline: Pipeline): Ranking {
    const context = this.context(now, pipeline)
    return pipeline.request.preferences.length > 0
      ? new SpreadRanking(context, this.nodes.present())
      : new ClusterRanking(context, this.nodes.order)
  }

  /** Failures of tasks that were placed here are held against the node; those of preassigned tasks are not its choice. */
  #noteFailure(now: Instant, { before, after }: AppliedTo<"tasks">): void {
    if (after?.NodeID === undefined || after.Slot === undefined || before?.Status.State === after.Status.State) return
    if (after.Status.State !== "failed" && after.Status.State !== "rejected") return
    const info = this.nodes.get(after.NodeID)
    if (info) this.#failures.note(specId(after.ServiceID, after.SpecVersion), info, now)
  }

  #confirmOn(nodeId: string): void {
    const info = this.nodes.get(nodeId)
    if (!info?.node) return
    for (const [id, request] of this.#waiting.onNode(nodeId)) {
      const pipeline = new Pipeline(request)
      if (pipeline.passes(info)) {
        this.#give(id, info, request, true)
        this.#waiting.remove(id)
      } else this.#unplaced.push({ taskId: id, reason: new Verdicts(pipeline, [info], info.order + 1).explain() })
    }
  }

  /** Tasks of one kind: one after the other goes to the node that is best at that moment. */
  #place(now: Instant, group: Group): void {
    const pipeline = new Pipeline(group.request)
    if (this.#distribute(group, this.ranking(now, pipeline))) return
    group.verdicts = new Verdicts(pipeline, this.nodes.present(), this.nodes.capacity)
    this.#explain(group, group.verdicts)
  }

  /** Looks for room on the nodes that changed. */
  #retry(now: Instant, group: Group, changed: ReadonlySet<NodeInfo>): void {
    const verdicts = group.verdicts
    if (!verdicts) return
    const passing: Array<NodeInfo> = []
    for (const info of changed) if (verdicts.look(info)) passing.push(info)
    if (passing.length > 0) {
      const pipeline = new Pipeline(group.request)
      const ranking =
        group.request.preferences.length > 0
          ? this.ranking(now, pipeline)
          : new AvoidingRanking(this.context(now, pipeline), passing)
      if (this.#distribute(group, ranking)) return
      for (const info of passing) verdicts.look(info)
    }
    this.#explain(group, verdicts)
  }

  /** Whether all tasks of the group have a node now. */
  #distribute(group: Group, ranking: Ranking): boolean {
    const given: Array<string> = []
    for (const id of group.ids) {
      const info = ranking.next()
      if (!info) {
        for (const placed of given) this.#waiting.remove(placed)
        return false
      }
      this.#give(id, info, group.request, false)
      given.push(id)
    }
    this.#waiting.removeGroup(group)
    return true
  }

  #give(taskId: string, info: NodeInfo, request: Request, preassigned: boolean): void {
    const generic = request.generic.length > 0 ? info.chooseGeneric(request.generic) : undefined
    this.nodes.assign(taskId, info, request, generic)
    this.#placed.push({ taskId, nodeId: info.id, preassigned, generic })
  }

  #explain(group: Group, verdicts: Verdicts): void {
    const reason = verdicts.explain()
    const text = reason === "" ? "no suitable node" : `no suitable node (${reason})`
    for (const taskId of group.ids) this.#unplaced.push({ taskId, reason: text })
  }
}
