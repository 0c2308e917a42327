import { toRfc3339 } from "../../core/instant.ts"
import type { Task } from "../../core/model/task.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { setAside } from "../tasks.ts"
import type { Allocation } from "./allocation.ts"

/** Gives new tasks their addresses and hands them to the scheduler: NEW -> PENDING. A task whose networks or service wait stays NEW. */
export class TaskAllocator implements ControlLoop {
  readonly name = "allocate tasks"
  readonly #allocation: Allocation
  readonly #waiting = new Set<string>()
  #triedAt = -1

  constructor(allocation: Allocation) {
    this.#allocation = allocation
  }

  turn(turn: Turn): void {
    const { tx, first, changes } = turn
    const fresh = new Set<string>()
    if (first) for (const task of tx.all("tasks")) if (isNew(task)) fresh.add(task.ID)
    for (const { table, id } of changes) if (table === "tasks" && isNew(tx.get("tasks", id))) fresh.add(id)
    const again = this.#allocation.generation !== this.#triedAt
    this.#triedAt = this.#allocation.generation
    for (const id of new Set([...(again ? this.#waiting : []), ...fresh])) {
      if (this.#allocate(turn, tx.get("tasks", id))) this.#waiting.delete(id)
      else this.#waiting.add(id)
    }
  }

  nextWake(): undefined {
    return undefined
  }

  /** False when it has to wait. A task that was told to stop meanwhile, or is gone, needs nothing. */
  #allocate({ tx, now }: Turn, task: Task | undefined): boolean {
    if (!task || !isNew(task) || setAside(tx, now, task) || task.DesiredState === "remove") return true
    const service = tx.get("services", task.ServiceID)
    if (!service) return true
    const attachments = this.#allocation.attachments(tx, task, service)
    if (!attachments) {
      const Err = this.#allocation.lack(tx, task, service)
      if (task.Status.Err !== Err)
        tx.update("tasks", { ...task, Status: { ...task.Status, Timestamp: toRfc3339(now), Err } })
      return false
    }
    tx.update("tasks", {
      ...task,
      ...(attachments.length > 0 ? { NetworksAttachments: attachments } : {}),
      Status: { Timestamp: toRfc3339(now), State: "pending", Message: "pending task scheduling" },
    })
    return true
  }
}

const isNew = (task: Task | undefined): boolean => task?.Status.State === "new"
