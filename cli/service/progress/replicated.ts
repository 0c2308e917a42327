import type { Task } from "../../client/types.ts"
import { barsMax, isOver, isUp, type Line, onePerPlace, overall, taskLine } from "./line.ts"
import type { Observation, Progress, Updater } from "./updater.ts"

/** A replicated service has converged when as many tasks run as it has replicas. */
export class ReplicatedUpdater implements Updater {
  /** Slots on a row without gaps, in the order they were first seen. */
  readonly #rows = new Map<number, number>()
  #started = false
  #done = false

  update({ service, tasks, activeNodes, rollback }: Observation): Progress {
    const replicas = service.Spec.Mode?.Replicated?.Replicas ?? 0
    const lines: Line[] = this.#started ? [] : firstLines(replicas, rollback)
    this.#started = true
    const isActive = (task: Task) => task.NodeID === undefined || task.NodeID === "" || activeNodes.has(task.NodeID)
    const bySlot = [...onePerPlace(tasks, (task) => task.Slot ?? 0, isActive)].sort(([a], [b]) => a - b)
    if (this.#done && bySlot.some(([, task]) => task.Status.State !== "running")) this.#done = false
    for (const [slot, task] of bySlot) {
      const row = this.#rows.get(slot) ?? this.#rows.size + 1
      this.#rows.set(slot, row)
      if (!this.#done && replicas <= barsMax && row <= replicas && isShown(task)) {
        lines.push(taskLine(`${row}/${replicas}`, task, 9))
      }
    }
    const running = bySlot.filter(([, task]) => isUp(task)).length
    if (!this.#done) {
      lines.push(overall(running, replicas, rollback))
      this.#done = running === replicas
    }
    return { converged: running === replicas, lines }
  }
}

function firstLines(replicas: number, rollback: boolean): Line[] {
  const bars = replicas <= barsMax ? replicas : 0
  return [
    overall(0, replicas, rollback),
    ...Array.from({ length: bars }, (_, i) => ({ id: `${i + 1}/${replicas}`, text: " " })),
  ]
}

export const isShown = (task: Task): boolean =>
  (task.Status.Err ?? "") !== "" || (!isOver(task.DesiredState) && !isOver(task.Status.State))
