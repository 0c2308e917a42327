import { type Instant, nanosToMillis } from "../../../core/instant.ts"
import { modeOf } from "../../../core/model/defaults.ts"
import type { Service } from "../../../core/model/service.ts"
import { isTerminal, stateRank, type Task } from "../../../core/model/task.ts"
import type { Applied } from "../../../core/store/change.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Checker, Committed } from "../observation.ts"
import { isKeeping, isWanted, writtenAt } from "./tasks.ts"

/** The slots that one update has taken a running task from: those it still waits for, and those that were finished less than a delay ago. */
interface Rollout {
  /** What the update works towards: another goal is another update. */
  readonly goal: string
  readonly busy: Map<string, { readonly taskId: string; freeAt: Instant | undefined }>
}

/**
 * A rolling update replaces running tasks in at most `parallelism` slots at once, and a slot that is finished counts for `delay` longer. A new
 * leader begins to count anew: what another had begun is nothing to it.
 */
export class UpdatePace implements Checker {
  readonly name = "update pace"
  readonly #rollouts = new Map<string, Rollout>()

  leaderChanged(): void {
    this.#rollouts.clear()
  }

  committed(entry: Committed): string | undefined {
    const { changes, after } = entry
    for (const change of changes) {
      if (change.table === "services") this.#follow(change.id, change.after)
      else if (change.table === "tasks")
        this.#progress(change, entry.at, after.get("services", taskOf(change)?.ServiceID ?? ""))
    }
    const before = new Map(
      changes.flatMap((change) =>
        change.table === "tasks" && change.before ? [[change.id, change.before] as const] : [],
      ),
    )
    for (const change of changes) {
      if (change.table !== "tasks" || change.before || !change.after) continue
      const service = after.get("services", change.after.ServiceID)
      const wrong = service && this.#begin(service, change.after, before, entry)
      if (wrong) return wrong
    }
    return undefined
  }

  #follow(id: string, service: Service | undefined): void {
    const config = service && configOf(service)
    if (!service || !config) this.#rollouts.delete(id)
    else {
      const goal = JSON.stringify([service.Spec, service.UpdateStatus?.State])
      if (this.#rollouts.get(id)?.goal !== goal) this.#rollouts.set(id, { goal, busy: new Map() })
    }
  }

  #progress(change: Applied & { table: "tasks" }, at: Instant, service: Service | undefined): void {
    const task = change.after ?? change.before
    const rollout = task && this.#rollouts.get(task.ServiceID)
    const busy = task && rollout?.busy.get(slotKey(task))
    if (!busy || !service || busy.taskId !== change.id || busy.freeAt !== undefined) return
    const isUp =
      !change.after || stateRank(change.after.Status.State) >= stateRank("running") || !isWanted(change.after)
    const since = change.after ? writtenAt(change.after) : at
    if (isUp) busy.freeAt = since + nanosToMillis(configOf(service)?.Delay ?? 0)
  }

  /** A task that the update made in the place of one that ran well. */
  #begin(service: Service, task: Task, before: ReadonlyMap<string, Task>, { after }: Committed): string | undefined {
    const rollout = this.#rollouts.get(service.ID)
    const config = configOf(service)
    if (!rollout || !config || task.SpecVersion.Index !== service.SpecVersion.Index) return undefined
    const slot = slotKey(task)
    const replaced = after.find("tasks", "slot", slot).find((other) => {
      const was = before.get(other.ID) ?? other
      return (
        other.ID !== task.ID &&
        isWanted(was) &&
        was.Status.State === "running" &&
        other.Status.State === "running" &&
        other.SpecVersion.Index !== task.SpecVersion.Index &&
        isKeeping(after.get("nodes", other.NodeID ?? ""))
      )
    })
    // The restart of another task of the slot, which an earlier update had begun and which ended or lost its node just now, is none of this update's.
    const isRestart = after
      .find("tasks", "slot", slot)
      .some(
        (other) =>
          isWanted(before.get(other.ID) ?? other) &&
          (isTerminal(other.Status.State) ||
            (!isWanted(other) && other.NodeID !== undefined && !isKeeping(after.get("nodes", other.NodeID)))),
      )
    if (!replaced || isRestart) return undefined
    const at = writtenAt(task)
    for (const [key, { freeAt }] of rollout.busy) if (freeAt !== undefined && freeAt <= at) rollout.busy.delete(key)
    rollout.busy.set(slot, { taskId: task.ID, freeAt: undefined })
    if (config.Parallelism === 0 || rollout.busy.size <= config.Parallelism) return undefined
    return `the update of ${service.Spec.Name} is at work on ${rollout.busy.size} slots, ${config.Parallelism} are allowed: ${[...rollout.busy.keys()].join(", ")}`
  }
}

const taskOf = (change: Applied & { table: "tasks" }): Task | undefined => change.after ?? change.before

/** That of the update which is under way; undefined when none is. */
function configOf({
  Spec,
  UpdateStatus,
}: Service): { readonly Parallelism: number; readonly Delay?: number } | undefined {
  const mode = modeOf(Spec)
  if (mode === "replicated-job" || mode === "global-job") return undefined
  if (UpdateStatus?.State === "updating") return Spec.UpdateConfig ?? { Parallelism: 1 }
  return UpdateStatus?.State === "rollback_started" ? (Spec.RollbackConfig ?? { Parallelism: 1 }) : undefined
}
