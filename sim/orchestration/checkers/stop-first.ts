import { type Instant, minutes } from "../../../core/instant.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Checker, Committed } from "../observation.ts"
import { describeSlot, isAlive, isWanted, writtenAt } from "./tasks.ts"

/** How long a new task waits for the end of the one it replaces (swarmkit restart.go defaultOldTaskTimeout). */
const patience_ms = minutes(1)

/** A task that waits in its slot is let run only when the one before it has ended, or its node is lost, or a minute has passed since that was told to stop. */
export class StopFirst implements Checker {
  readonly name = "stop first"
  readonly #toldAt = new Map<string, Instant>()

  committed({ changes, after }: Committed): string | undefined {
    for (const change of changes) {
      if (change.table !== "tasks") continue
      if (!change.after) this.#toldAt.delete(change.id)
      else if (!isWanted(change.after) && !this.#toldAt.has(change.id))
        this.#toldAt.set(change.id, writtenAt(change.after))
    }
    for (const change of changes) {
      if (
        change.table !== "tasks" ||
        change.before?.DesiredState !== "ready" ||
        change.after?.DesiredState !== "running"
      )
        continue
      const at = writtenAt(change.after)
      for (const other of after.find("tasks", "slot", slotKey(change.after))) {
        if (other.ID === change.id || isWanted(other) || !isAlive(other)) continue
        const node = after.get("nodes", other.NodeID ?? "")
        const told = this.#toldAt.get(other.ID) ?? at
        // What is told to stop in the very entry ran beside it on purpose, as when an update starts the new one first.
        if (!node || node.Status.State === "down" || at - told >= patience_ms || at === told) continue
        return `task ${change.id} may run, though ${other.ID} of its slot is still ${other.Status.State} and was told to stop ${at - told} ms ago${describeSlot(after, change.after)}`
      }
    }
    return undefined
  }
}
