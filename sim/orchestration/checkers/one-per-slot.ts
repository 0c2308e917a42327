import type { Service } from "../../../core/model/service.ts"
import { isTerminal, type Task } from "../../../core/model/task.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Checker, Committed } from "../observation.ts"
import { isWanted } from "./tasks.ts"

/** At most one task stands for a slot; two while an update starts the new one first. */
export class OnePerSlot implements Checker {
  readonly name = "one per slot"
  /** Services of which some spec was to start first: what such an update began, the next one finds. */
  readonly #overlapping = new Set<string>()

  committed({ changes, after }: Committed): string | undefined {
    for (const change of changes)
      if (change.table === "services" && change.after && startsFirst(change.after)) this.#overlapping.add(change.id)
    const slots = new Set(
      changes.flatMap((change) => (change.table === "tasks" && change.after ? slotKey(change.after) : [])),
    )
    for (const slot of slots) {
      const tasks = after.find("tasks", "slot", slot).filter(standsForIt)
      const service = after.get("services", tasks[0]?.ServiceID ?? "")
      if (!service || tasks.length <= (this.#overlapping.has(service.ID) ? 2 : 1)) continue
      const found = tasks.map(({ ID, Status, DesiredState }) => `${ID} (${Status.State}, to be ${DesiredState})`)
      return `slot ${slot} of ${service.Spec.Name} has ${tasks.length} tasks: ${found.join(", ")}`
    }
    return undefined
  }
}

/** Whether it is meant to run, or to complete, and has not ended. */
const standsForIt = (task: Task): boolean =>
  !isTerminal(task.Status.State) && (isWanted(task) || task.DesiredState === "complete")

const startsFirst = ({ Spec, PreviousSpec }: Service): boolean =>
  [Spec, PreviousSpec].some(
    (spec) => spec?.UpdateConfig?.Order === "start-first" || spec?.RollbackConfig?.Order === "start-first",
  )
