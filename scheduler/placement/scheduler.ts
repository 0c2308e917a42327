import { type Instant, toRfc3339 } from "../../core/instant.ts"
import type { Task, TaskStatus } from "../../core/model/task.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { withFields } from "../../core/with-fields.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { setAside } from "../tasks.ts"
import { type Decisions, type Placed, Placer } from "./placer.ts"

/** Gives pending tasks a node, and confirms those of global services on theirs. A task that fits nowhere stays pending and says why. */
export class Scheduler implements ControlLoop {
  readonly name = "schedule"
  readonly #placer = new Placer()

  turn(turn: Turn): void {
    this.survey(turn)
    this.#write(turn, this.#placer.decide(turn.now))
  }

  nextWake(): undefined {
    return undefined
  }

  /** Takes in what changed. */
  survey({ tx, now, first, changes }: Turn): void {
    if (first) {
      for (const task of [...tx.all("tasks")]) if (task.Status.State === "pending") setAside(tx, now, task)
      this.#placer.lookAtAll(tx)
    }
    for (const change of changes) {
      if (change.table === "tasks" && change.after?.Status.State === "pending") {
        const task = tx.get("tasks", change.id)
        if (task?.Status.State === "pending") setAside(tx, now, task)
      }
      this.#placer.note(tx, now, change)
    }
  }

  /** Decides without writing. */
  decide(now: Instant): Decisions {
    return this.#placer.decide(now)
  }

  #write({ tx, now }: Turn, { placed, unplaced }: Decisions): void {
    const [chosen, confirmed] = [
      assigned(now, "scheduler assigned task to node"),
      assigned(now, "scheduler confirmed task can run on preassigned node"),
    ]
    for (const one of placed) {
      const task = tx.get("tasks", one.taskId)
      if (task) tx.update("tasks", withNode(task, one, one.preassigned ? confirmed : chosen))
    }
    for (const { taskId, reason } of unplaced) {
      const task = tx.get("tasks", taskId)
      if (task) explain(tx, now, task, reason)
    }
  }
}

const assigned = (now: Instant, Message: string): TaskStatus => ({
  Timestamp: toRfc3339(now),
  State: "assigned",
  Message,
})

const withNode = (task: Task, { nodeId: NodeID, generic }: Placed, Status: TaskStatus): Task =>
  withFields(task, generic ? { NodeID, Status, GenericResources: generic } : { NodeID, Status })

function explain(tx: Transaction, now: Instant, task: Task, reason: string): void {
  if (task.Status.Err === reason) return
  tx.update("tasks", { ...task, Status: { ...task.Status, Timestamp: toRfc3339(now), Err: reason } })
}
