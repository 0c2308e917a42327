import { type Instant, seconds } from "../../../core/instant.ts"
import type { Task } from "../../../core/model/task.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Checker, Engines } from "../observation.ts"
import { isWanted } from "./tasks.ts"

/** A stop takes its grace period on a slow engine, and an agent that was cut off has to come back first. */
const patience_ms = seconds(120)

/**
 * Two containers of one slot really run for long only while the managers believe that the node of one is lost: once every node is there, that
 * ends within two minutes.
 */
export class ContainersPerSlot implements Checker {
  readonly name = "containers per slot"
  readonly #since = new Map<string, Instant>()

  engines({ at, running, store }: Engines): string | undefined {
    const slots = new Map<string, Array<Task>>()
    for (const { taskId } of running) {
      const task = store.get("tasks", taskId)
      if (!task) continue
      const key = slotKey(task)
      slots.set(key, [...(slots.get(key) ?? []), task])
    }
    const believed = (task: Task) => store.get("nodes", task.NodeID ?? "")?.Status.State === "ready"
    for (const key of this.#since.keys()) if ((slots.get(key)?.length ?? 0) < 2) this.#since.delete(key)
    for (const [key, tasks] of slots) {
      // Two that are both wanted are an update's that starts the new one first.
      if (tasks.length < 2 || tasks.every(isWanted)) {
        this.#since.delete(key)
        continue
      }
      if (!tasks.every(believed)) {
        this.#since.delete(key)
        continue
      }
      const since = this.#since.get(key) ?? at
      this.#since.set(key, since)
      if (at - since > patience_ms)
        return `slot ${key} has run ${tasks.length} containers for ${at - since} ms, of tasks ${tasks.map(({ ID }) => ID).join(", ")}`
    }
    return undefined
  }
}
