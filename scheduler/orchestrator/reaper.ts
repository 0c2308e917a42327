import { modeOf } from "../../core/model/defaults.ts"
import { isTerminal, specId, stateRank, type Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import { slotKey } from "../../core/store/tables.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { createdAt, isWanted, willNeverRun } from "../tasks.ts"

const defaultHistoryLimit = 5

/**
 * Deletes what nobody needs any more: tasks that were to be removed and are dead, old tasks beyond a slot's history, and specs that
 * neither a task nor its service refers to. Source: swarmkit manager/orchestrator/taskreaper.
 */
export class Reaper implements ControlLoop {
  readonly name = "reap"
  /** Slots that got a task and may have too many: looked at when one of their tasks changes. */
  readonly #crowded = new Set<string>()

  turn({ tx, first, changes }: Turn): void {
    const slots = new Map<string, Task>()
    const specs = new Set<string>()
    if (first) this.#lookAtAll(tx, slots, specs)
    for (const change of changes) this.#note(tx, change, slots, specs)
    for (const [key, task] of slots) this.#trim(tx, key, task, specs)
    for (const id of specs) dropSpec(tx, id)
  }

  nextWake(): undefined {
    return undefined
  }

  #lookAtAll(tx: Transaction, slots: Map<string, Task>, specs: Set<string>): void {
    for (const task of [...tx.all("tasks")]) this.#noteTask(tx, task, true, slots, specs)
    for (const record of tx.all("specs")) specs.add(record.ID)
  }

  #note(tx: Transaction, change: Applied, slots: Map<string, Task>, specs: Set<string>): void {
    if (change.table === "tasks") {
      const task = tx.get("tasks", change.id)
      if (task) this.#noteTask(tx, task, change.before === undefined, slots, specs)
      else if (change.before) specs.add(specId(change.before.ServiceID, change.before.SpecVersion))
    } else if (change.table === "services" && change.before) {
      const { ID, SpecVersion } = change.before
      if (change.after?.SpecVersion.Index !== SpecVersion.Index) specs.add(specId(ID, SpecVersion))
    }
  }

  #noteTask(tx: Transaction, task: Task, isNew: boolean, slots: Map<string, Task>, specs: Set<string>): void {
    if (task.DesiredState === "remove" && isDead(task)) {
      reap(tx, task, specs)
      return
    }
    const key = slotKey(task)
    if (isNew) this.#crowded.add(key)
    if (this.#crowded.has(key)) slots.set(key, task)
  }

  /** Keeps the slot's latest tasks. A slot where more than one is alive is looked at again as they end. */
  #trim(tx: Transaction, key: string, { ServiceID }: Task, specs: Set<string>): void {
    const limit = historyLimitOf(tx, ServiceID)
    const tasks = limit === undefined ? [] : tx.find("tasks", "slot", key)
    // One that is still to stop is no history yet: it takes no place of those from which attempts are counted.
    const stopping = tasks.filter((task) => !isWanted(task) && isAlive(task)).length
    let excess = tasks.length - stopping - (limit ?? 0)
    let alive = 0
    if (tasks.length > (limit ?? 0)) {
      for (const task of tasks.toSorted((a, b) => createdAt(a) - createdAt(b))) {
        if (isWanted(task) || isAlive(task)) alive++
        else if (excess-- > 0) reap(tx, task, specs)
      }
    }
    if (alive <= 1 && stopping === 0) this.#crowded.delete(key)
  }
}

/** Whether something of it may still have to end. */
const isAlive = (task: Task): boolean => !isTerminal(task.Status.State) && !willNeverRun(task)

/** Dead, or never on its way to a node. */
const isDead = (task: Task): boolean =>
  isTerminal(task.Status.State) || stateRank(task.Status.State) < stateRank("assigned")

function reap(tx: Transaction, task: Task, specs: Set<string>): void {
  tx.delete("tasks", task.ID)
  specs.add(specId(task.ServiceID, task.SpecVersion))
}

/**
 * How many tasks a slot keeps, ended ones included; undefined for all, and for services whose history is not trimmed. A limited number of
 * attempts keeps as many as it takes to count them.
 */
function historyLimitOf(tx: Transaction, serviceId: string): number | undefined {
  const service = tx.get("services", serviceId)
  if (!service) return undefined
  const mode = modeOf(service.Spec)
  if (mode === "replicated-job" || mode === "global-job") return undefined
  const maxAttempts = service.Spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0
  if (maxAttempts > 0) return maxAttempts + 1
  const [cluster] = tx.all("clusters")
  const limit = cluster?.Spec.Orchestration.TaskHistoryRetentionLimit ?? defaultHistoryLimit
  return limit < 0 ? undefined : limit
}

function dropSpec(tx: Transaction, id: string): void {
  const record = tx.get("specs", id)
  if (!record) return
  const service = tx.get("services", record.ServiceID)
  if (service?.SpecVersion.Index === record.SpecVersion.Index) return
  if (tx.find("tasks", "spec", id).length === 0) tx.delete("specs", id)
}
