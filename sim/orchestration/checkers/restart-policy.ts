import { type Instant, nanosToMillis, seconds } from "../../../core/instant.ts"
import { modeOf } from "../../../core/model/defaults.ts"
import { isTerminal, type Task, type TaskState } from "../../../core/model/task.ts"
import type { Applied, AppliedTo } from "../../../core/store/change.ts"
import { specOf } from "../../../core/store/reader.ts"
import type { ClusterStore } from "../../../core/store/store.ts"
import { slotKey } from "../../../core/store/tables.ts"
import { newestOf } from "../../../scheduler/tasks.ts"
import type { Checker, Committed } from "../observation.ts"
import { describeSlot, isKeeping, isWanted, writtenAt } from "./tasks.ts"

/** A task in the place of one of its own spec version that ended by itself. */
interface Restart {
  readonly endedAt: Instant
  readonly delay_ms: number
}

/** What never ran is made `shutdown` when it is told to stop: that is no end of its own. */
const byItself: ReadonlySet<TaskState> = new Set(["complete", "failed", "rejected"])

/** Tasks that ended by themselves are replaced as their restart policy says: only then, not before its delay, not more often than its attempts. */
export class RestartPolicyKept implements Checker {
  readonly name = "restart policy"
  /** When a task that was still wanted was seen to have ended. */
  readonly #endedAt = new Map<string, Instant>()
  readonly #waiting = new Map<string, Restart>()
  /** Slot and spec version -> restarts. */
  readonly #restarts = new Map<string, number>()

  /**
   * When a node, or the rollback of a service, last came to something new: then there is more than one reason for a new task. What one cycle writes, in
   * however many entries, bears one time.
   */
  readonly #arrived = new Map<string, string>()

  committed({ changes, after }: Committed): string | undefined {
    for (const { table, id, before, after: task } of changes) {
      // Another spec begins to count anew.
      if (table === "services" && before?.SpecVersion.Index !== task?.SpecVersion.Index) this.#forgetSlots(id)
      if (table !== "tasks") continue
      if (!task) {
        this.#endedAt.delete(id)
        this.#waiting.delete(id)
        if (before && after.find("tasks", "slot", slotKey(before)).length === 0)
          this.#forgetSlots(`${slotKey(before)} `)
      } else if (before && isWanted(before) && !isTerminal(before.Status.State) && byItself.has(task.Status.State)) {
        this.#endedAt.set(id, writtenAt(task))
      }
    }
    for (const change of changes)
      if (change.after && (change.table === "nodes" || (change.table === "services" && hasRolledBack(change))))
        this.#arrived.set(change.id, change.after.UpdatedAt)
    for (const { table, before, after: task } of changes) {
      if (table !== "tasks" || !task) continue
      const wrong = before ? this.#letRun(after, before, task) : this.#made(after, task, changes)
      if (wrong) return wrong
    }
    return undefined
  }

  #made(store: ClusterStore, task: Task, changes: ReadonlyArray<Applied>): string | undefined {
    const service = store.get("services", task.ServiceID)
    const mode = service && modeOf(service.Spec)
    if (!service || (mode !== "replicated" && mode !== "global")) return undefined
    const old = replacedBy(task, changes) ?? newestBefore(store, task)
    const endedAt = old && this.#endedAt.get(old.ID)
    if (!old || endedAt === undefined || old.SpecVersion.Index !== task.SpecVersion.Index) return undefined
    // A node that has just become eligible gets its task of a global service at once.
    if (
      old.DesiredState !== "shutdown" ||
      this.#arrived.get(service.ID) === task.CreatedAt ||
      (mode === "global" && this.#arrived.get(old.NodeID ?? "") === task.CreatedAt)
    )
      return undefined
    // Whatever ended on a node that may not keep tasks has that for a reason.
    if (!isKeeping(store.get("nodes", old.NodeID ?? ""))) return undefined
    // A rollback fills every slot again, and an update each that it has in its list.
    if (service.UpdateStatus?.State === "rollback_started" || service.UpdateStatus?.State === "updating")
      return undefined
    const policy = specOf(store, old)?.RestartPolicy
    if (policy?.Condition === "none") return `task ${task.ID} replaces ${old.ID}, whose policy is none`
    if (policy?.Condition === "on-failure" && old.Status.State === "complete")
      return `task ${task.ID} replaces ${old.ID}, which completed and is restarted on failure only`
    const key = `${slotKey(task)} ${task.SpecVersion.Index}`
    const restarts = (this.#restarts.get(key) ?? 0) + 1
    this.#restarts.set(key, restarts)
    const allowed = policy?.MaxAttempts ?? 0
    if (allowed > 0 && !policy?.Window && restarts > allowed)
      return `task ${task.ID} is restart ${restarts} of its slot; ${allowed} are allowed`
    const delay_ms = policy?.Delay === undefined ? seconds(5) : nanosToMillis(policy.Delay)
    this.#waiting.set(task.ID, { endedAt, delay_ms })
    return task.DesiredState === "running" && delay_ms > 0
      ? `task ${task.ID} restarts ${old.ID} without delay${describeSlot(store, task)}`
      : undefined
  }

  #letRun(store: ClusterStore, before: Task, task: Task): string | undefined {
    const at = writtenAt(task)
    if (before.DesiredState !== "ready" || task.DesiredState !== "running") return undefined
    const restart = this.#waiting.get(task.ID)
    this.#waiting.delete(task.ID)
    if (!restart || at - restart.endedAt >= restart.delay_ms) return undefined
    return `task ${task.ID} may run ${at - restart.endedAt} ms after the end of the one before it; the delay is ${restart.delay_ms} ms${describeSlot(store, task)}`
  }

  #forgetSlots(beginning: string): void {
    for (const key of this.#restarts.keys()) if (key.startsWith(beginning)) this.#restarts.delete(key)
  }
}

/** A rollback to what runs already is begun and completed in one entry. */
const hasRolledBack = ({ before, after }: AppliedTo<"services">): boolean =>
  after?.UpdateStatus?.State === "rollback_completed" && before?.UpdateStatus?.State !== "rollback_completed"

/** The task of the slot that had ended and was given up in the same entry: it may be older than others, when an update had begun beside it. */
function replacedBy(task: Task, changes: ReadonlyArray<Applied>): Task | undefined {
  for (const { table, before, after } of changes)
    if (table === "tasks" && before && after && slotKey(after) === slotKey(task))
      if (isWanted(before) && !isWanted(after) && isTerminal(after.Status.State)) return after
  return undefined
}

function newestBefore(store: ClusterStore, task: Task): Task | undefined {
  return newestOf(store.find("tasks", "slot", slotKey(task)).filter((other) => other.ID !== task.ID))
}
