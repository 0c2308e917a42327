import type { Node, Service, Task } from "../../client/types.ts"
import { GlobalUpdater } from "./global.ts"
import { GlobalJobUpdater, ReplicatedJobUpdater } from "./jobs.ts"
import type { Line } from "./line.ts"
import { ReplicatedUpdater } from "./replicated.ts"
import type { Updater } from "./updater.ts"

/** What one look at a service led to. With an outcome, the wait is over. */
export interface Step {
  readonly lines: ReadonlyArray<Line>
  readonly outcome?: { readonly error?: string }
}

const defaultMonitorMs = 5000

/**
 * Decides when a service has converged, after docker/cli command/service/progress. Shown the service and then its up-to-date tasks, again
 * and again, it answers with the lines to display and, in the end, the outcome: everything it wants must run, and keep running for as long
 * as updates are monitored; a job is over when it is complete. Times are milliseconds.
 */
export class Convergence {
  readonly #name: string
  #updater: Updater | undefined
  #converged = false
  #convergedAt: number | undefined
  #monitorMs = defaultMonitorMs
  #rollback = false
  #lastWord: Line | undefined

  constructor(name: string) {
    this.#name = name
  }

  get converged(): boolean {
    return this.#converged
  }

  /** First of the two: what the service itself says of its update. */
  seeService(service: Service, now: number): Step {
    const monitor = service.Spec.UpdateConfig?.Monitor ?? 0
    if (monitor !== 0) this.#monitorMs = monitor / 1e6
    this.#updater ??= updaterFor(service)
    if (this.#updater === undefined) return { lines: [], outcome: { error: "unrecognized service mode" } }
    const { lines, outcome } = this.#seeUpdateStatus(service)
    if (outcome !== undefined) return { lines, outcome }
    if (!this.#converged || this.#convergedAt === undefined || now - this.#convergedAt < this.#monitorMs)
      return { lines }
    const verified: Line = { id: "verify", text: `Service ${this.#name} converged` }
    return { lines: [...lines, verified, ...(this.#lastWord === undefined ? [] : [this.#lastWord])], outcome: {} }
  }

  /** Second: its tasks that have the present spec, and the nodes. */
  seeTasks(service: Service, tasks: ReadonlyArray<Task>, nodes: ReadonlyArray<Node>, now: number): Step {
    const activeNodes = new Set(nodes.filter((node) => node.Status.State !== "down").map((node) => node.ID))
    const progress = this.#updater?.update({ service, tasks, activeNodes, rollback: this.#rollback })
    if (progress === undefined) return { lines: [] }
    this.#converged = progress.converged
    if (!progress.converged) {
      const failed = this.#convergedAt !== undefined
      this.#convergedAt = undefined
      return { lines: failed ? [...progress.lines, { id: "verify", text: "Detected task failure" }] : progress.lines }
    }
    if (service.JobStatus !== undefined) {
      return { lines: [...progress.lines, { id: "", text: "job complete", final: true }], outcome: {} }
    }
    this.#convergedAt ??= now
    const left = this.#monitorMs - (now - this.#convergedAt)
    if (left < 0) return { lines: progress.lines }
    const text = `Waiting ${Math.max(1, Math.ceil(left / 1000))} seconds to verify that tasks are stable...`
    return { lines: [...progress.lines, { id: "verify", text }] }
  }

  #seeUpdateStatus(service: Service): Step {
    const message = service.UpdateStatus?.Message ?? ""
    switch (service.UpdateStatus?.State) {
      case "updating":
        this.#rollback = false
        return { lines: [] }
      case "completed":
        return this.#converged ? { lines: [] } : { lines: [], outcome: {} }
      case "paused":
        return { lines: [], outcome: { error: `service update paused: ${message}` } }
      case "rollback_paused":
        return { lines: [], outcome: { error: `service rollback paused: ${message}` } }
      case "rollback_started": {
        const isNew = !this.#rollback && message !== ""
        this.#rollback = true
        return { lines: isNew ? [{ id: "rollback", text: message }] : [] }
      }
      case "rollback_completed":
        if (!this.#converged) this.#lastWord = { id: "rollback", text: message, final: true }
        this.#rollback = true
        return { lines: [] }
      case undefined:
        return { lines: [] }
    }
  }
}

function updaterFor(service: Service): Updater | undefined {
  const mode = service.Spec.Mode
  if (mode?.Replicated?.Replicas !== undefined) return new ReplicatedUpdater()
  if (mode?.Global) return new GlobalUpdater()
  if (mode?.ReplicatedJob) return new ReplicatedJobUpdater()
  return mode?.GlobalJob ? new GlobalJobUpdater() : undefined
}
