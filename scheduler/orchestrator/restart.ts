import type { Instant, Millis } from "../../core/instant.ts"
import { modeOf } from "../../core/model/defaults.ts"
import type { Node } from "../../core/model/node.ts"
import type { Service } from "../../core/model/service.ts"
import { isTerminal, type Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { createdAt, desire, isOfIteration, isWanted, newTask, placeOf } from "../tasks.ts"
import { isLost, mayGetTask } from "./nodes.ts"
import { mayRestart, restartDelayOf } from "./restart-policy.ts"
import type { DelayedStarts } from "./starts.ts"
import { isTaskDirty } from "./update/dirty.ts"

/**
 * Replaces tasks that ended though they were wanted, and replicated ones whose node is lost, as their restart policy says. It also
 * lets delayed tasks start. Source: swarmkit manager/orchestrator/restart/restart.go, replicated/tasks.go, taskinit/init.go.
 */
export class RestartSupervisor implements ControlLoop {
  readonly name = "restart"
  readonly #starts: DelayedStarts

  constructor(starts: DelayedStarts) {
    this.#starts = starts
  }

  turn(turn: Turn): void {
    if (turn.first) this.#takeOver(turn)
    for (const change of turn.changes) this.#note(turn, change)
    this.#starts.wake(turn.tx, turn.now)
    for (const id of this.#starts.takeStarted()) {
      const task = turn.tx.get("tasks", id)
      if (task) this.#examine(turn, task)
    }
  }

  nextWake(): Instant | undefined {
    return this.#starts.nextWake()
  }

  #takeOver(turn: Turn): void {
    const tasks = [...turn.tx.all("tasks")].filter(isWanted)
    // First what waits: a task that ended while it waited is replaced no sooner for a change of leaders.
    for (const task of tasks) if (task.DesiredState === "ready") this.#resume(turn, task.ID)
    for (const task of tasks) this.#examine(turn, turn.tx.get("tasks", task.ID) ?? task)
  }

  #note(turn: Turn, change: Applied): void {
    const { tx, now } = turn
    if (change.table === "tasks") {
      const task = tx.get("tasks", change.id)
      if (task) this.#examine(turn, task)
    } else if (change.table === "nodes" && isLost(tx.get("nodes", change.id))) {
      for (const task of tx.find("tasks", "node", change.id)) this.#examine(turn, task)
    }
    this.#starts.observe(tx, now, change)
  }

  #examine(turn: Turn, task: Task): void {
    if (!isWanted(task)) return
    const service = turn.tx.get("services", task.ServiceID)
    if (!service) return
    const node = task.NodeID === undefined ? undefined : turn.tx.get("nodes", task.NodeID)
    const verdict = judge(service, task, node)
    if (verdict === "keep") return
    // A task that ended while it waited for its start is replaced when its wait is over: what fails at once does not spin.
    if (verdict === "restart" && this.#starts.has(task.ID)) return
    desire(turn.tx, task.ID, "shutdown")
    if (isTakenByAnother(turn.tx, service, task)) return
    if (verdict === "restart" && mayRestart(turn.tx, task)) this.#restart(turn, service, task, node)
  }

  #restart(turn: Turn, service: Service, old: Task, node: Node | undefined): void {
    const replacement = newTask(turn, service, placeOf(old), "ready")
    const drained = node?.Spec.Availability === "drain"
    const delay = drained ? 0 : restartDelayOf(specOf(turn.tx, old))
    this.#starts.add(turn.tx, turn.now, replacement, delay)
  }

  /** A leader before this one had the task wait: it waits for the rest of its delay. */
  #resume({ tx, now }: Turn, taskId: string): void {
    const task = tx.get("tasks", taskId)
    if (!task || this.#starts.has(taskId) || task.DesiredState !== "ready") return
    const slot = tx.find("tasks", "slot", slotKey(task)).filter((other) => other.ID !== taskId)
    this.#starts.add(tx, now, task, remainingDelay(tx, now, task, slot))
  }
}

/** An update has put a task into the slot already that is as the service wants it: another one would be one too many. */
const isTakenByAnother = (reader: Reader, service: Service, task: Task): boolean =>
  reader
    .find("tasks", "slot", slotKey(task))
    .some(
      (other) =>
        other.ID !== task.ID &&
        isWanted(other) &&
        !isTerminal(other.Status.State) &&
        !isTaskDirty(reader, service, other),
    )

/** A task that an update made has no delay: no earlier task of its version is in the slot. */
function remainingDelay(reader: Reader, now: Instant, task: Task, others: ReadonlyArray<Task>): Millis {
  const isRestart = others.some((other) => other.SpecVersion.Index === task.SpecVersion.Index)
  return isRestart ? Math.max(0, createdAt(task) + restartDelayOf(specOf(reader, task)) - now) : 0
}

/** What becomes of a wanted task: kept, given up, or given up and replaced. */
function judge(service: Service, task: Task, node: Node | undefined): "keep" | "stop" | "restart" {
  const ended = isTerminal(task.Status.State)
  switch (modeOf(service.Spec)) {
    case "replicated":
      return ended || (task.NodeID !== undefined && isLost(node)) ? "restart" : "keep"
    case "global":
      if (!ended) return "keep"
      return mayGetTask(service, node) ? "restart" : "stop"
    case "replicated-job":
      if (task.Status.State === "complete" || !isOfIteration(task, service)) return "keep"
      return ended || (task.NodeID !== undefined && isLost(node)) ? "restart" : "keep"
    case "global-job":
      if (!ended || task.Status.State === "complete" || !isOfIteration(task, service)) return "keep"
      return mayGetTask(service, node) ? "restart" : "stop"
  }
}
