import type { Service, UpdateState } from "../../../core/model/service.ts"
import type { Checker, Committed } from "../observation.ts"

/** Where an update may go by itself from each state. Only a new spec begins another. */
const goesTo: { readonly [From in UpdateState]: ReadonlyArray<UpdateState> } = {
  updating: ["completed", "paused", "rollback_started"],
  rollback_started: ["rollback_completed", "rollback_paused"],
  paused: [],
  completed: [],
  rollback_paused: [],
  rollback_completed: [],
}

/** An update acts on its failures once, in the way that its failure action names, and stays as it ended. */
export class UpdateStatusOnce implements Checker {
  readonly name = "update status"

  committed({ changes }: Committed): string | undefined {
    for (const change of changes) {
      if (change.table !== "services" || !change.before || !change.after) continue
      const wrong = judge(change.before, change.after)
      if (wrong) return `the update of ${change.after.Spec.Name} ${wrong}`
    }
    return undefined
  }
}

function judge(before: Service, after: Service): string | undefined {
  const from = before.UpdateStatus?.State
  const to = after.UpdateStatus?.State
  if (from === undefined || to === undefined || from === to) return undefined
  const sameSpec = JSON.stringify(before.Spec) === JSON.stringify(after.Spec)
  const byItself = sameSpec || (to === "rollback_started" && from === "updating")
  // Nodes that come back may have slots left to update.
  const again = to === "updating" && sameSpec && (from === "completed" || from === "rollback_completed")
  if (!byItself || again) return undefined
  // A global service's slot on such a node is updated under the status that the update ended with, and its failure counts (swarmkit too).
  const hadEnded = from === "completed" || from === "rollback_completed"
  if (before.Spec.Mode?.Global && hadEnded && goesTo.updating.includes(to)) return undefined
  if (!goesTo[from].includes(to)) return `went from ${from} to ${to}`
  if (to === "paused" && before.Spec.UpdateConfig?.FailureAction === "continue")
    return "paused, though it is to go on after failures"
  return undefined
}
