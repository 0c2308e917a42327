import { shortId } from "../../format/human.ts"
import { barsMax, isUp, type Line, onePerPlace, overall, taskLine } from "./line.ts"
import { isShown } from "./replicated.ts"
import type { Observation, Progress, Updater } from "./updater.ts"

/** A global service has converged when it runs on every node that has a task of it; at least one must. */
export class GlobalUpdater implements Updater {
  #started = false
  #done = false

  update({ tasks, activeNodes, rollback }: Observation): Progress {
    const byNode = [...onePerPlace(tasks, (task) => task.NodeID ?? "")].sort(([a], [b]) => (a < b ? -1 : 1))
    const all = byNode.length
    const lines: Line[] = []
    if (!this.#started) {
      if (all === 0) return { converged: false, lines: [{ id: "overall progress", text: "waiting for new tasks" }] }
      lines.push(overall(0, all, rollback))
      this.#started = true
    }
    if (this.#done && byNode.some(([, task]) => task.Status.State !== "running")) this.#done = false
    const alive = byNode.filter(([node]) => activeNodes.has(node))
    if (!this.#done && all <= barsMax) {
      for (const [node, task] of alive) if (isShown(task)) lines.push(taskLine(shortId(node), task, 9))
    }
    const running = alive.filter(([, task]) => isUp(task)).length
    if (!this.#done) {
      lines.push(overall(running, all, rollback))
      this.#done = running === all
    }
    return { converged: running === all, lines }
  }
}
