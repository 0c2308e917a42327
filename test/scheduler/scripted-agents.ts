import { type Instant, toRfc3339 } from "../../core/instant.ts"
import { isTerminal, stateRank, type Task, type TaskState } from "../../core/model/task.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import type { Transaction } from "../../core/store/transaction.ts"

/** How containers of an image behave, in milliseconds. `exit` ends them by themselves, `reject` refuses to prepare them. */
export interface Behaviour {
  readonly prepare?: number
  readonly start?: number
  readonly stop?: number
  readonly exit?: { readonly after: number; readonly code: number }
  readonly reject?: string
}

/** What an agent will report of a task. */
export interface Step {
  readonly at: Instant
  readonly taskId: string
  readonly from: TaskState
  readonly to: TaskState
  readonly message: string
  readonly err?: string
}

/** The agents of all nodes, which bring tasks about as their images behave. */
export class ScriptedAgents {
  readonly #store: Reader
  /** By image. */
  readonly behaviours = new Map<string, Behaviour>()
  /** What agents will report, by task. */
  readonly #steps = new Map<string, ReadonlyArray<Step>>()
  /** Nodes whose agents do not answer. */
  readonly #dead = new Set<string>()

  constructor(store: Reader) {
    this.#store = store
  }

  fallSilent(nodeId: string): void {
    this.#dead.add(nodeId)
  }

  answerAgain(nodeId: string): void {
    this.#dead.delete(nodeId)
  }

  /** A task is as it is now: what its agent does next. */
  ask(now: Instant, task: Task): void {
    const step = this.#nextStep(now, task)
    if (!step || this.#dead.has(task.NodeID ?? "")) return
    const steps = this.#steps.get(task.ID) ?? []
    if (steps.some((other) => other.from === step.from && other.to === step.to)) return
    this.#steps.set(task.ID, [...steps, step])
  }

  /** When the next report is due; Infinity: none is. */
  next(): Instant {
    let next = Number.POSITIVE_INFINITY
    for (const steps of this.#steps.values()) for (const { at } of steps) next = Math.min(next, at)
    return next
  }

  takeDue(now: Instant): ReadonlyArray<Step> {
    const due: Array<Step> = []
    for (const [id, steps] of this.#steps) {
      const later = steps.filter((step) => step.at > now)
      due.push(...steps.filter((step) => step.at <= now))
      if (later.length > 0) this.#steps.set(id, later)
      else this.#steps.delete(id)
    }
    return due
  }

  report(tx: Transaction, now: Instant, step: Step): void {
    const task = tx.get("tasks", step.taskId)
    if (!task || task.Status.State !== step.from || this.#dead.has(task.NodeID ?? "")) return
    const stopping = stateRank(task.DesiredState) > stateRank("complete")
    if (stopping && step.to !== "shutdown" && !isTerminal(step.to)) return
    tx.update("tasks", {
      ...task,
      Status: {
        Timestamp: toRfc3339(now),
        State: step.to,
        Message: step.message,
        ...(step.err === undefined ? {} : { Err: step.err }),
      },
    })
  }

  #nextStep(now: Instant, task: Task): Step | undefined {
    const { State } = task.Status
    if (task.NodeID === undefined || stateRank(State) < stateRank("assigned") || isTerminal(State)) return undefined
    const behaviour = this.behaviours.get(specOf(this.#store, task)?.ContainerSpec?.Image ?? "") ?? {}
    const step = (after: number, to: TaskState, message: string, err?: string): Step => ({
      at: now + after,
      taskId: task.ID,
      from: State,
      to,
      message,
      ...(err === undefined ? {} : { err }),
    })
    if (stateRank(task.DesiredState) > stateRank("complete")) {
      return step(stateRank(State) >= stateRank("starting") ? (behaviour.stop ?? 100) : 0, "shutdown", "shutdown")
    }
    switch (State) {
      case "assigned":
        return step(0, "accepted", "accepted")
      case "accepted":
        return step(0, "preparing", "preparing")
      case "preparing":
        if (behaviour.reject !== undefined)
          return step(behaviour.prepare ?? 100, "rejected", "preparing", behaviour.reject)
        return step(behaviour.prepare ?? 100, "ready", "prepared")
      case "ready":
        return task.DesiredState !== "ready" ? step(0, "starting", "starting") : undefined
      case "starting":
        return step(behaviour.start ?? 100, "running", "started")
      case "running":
        if (!behaviour.exit) return undefined
        return behaviour.exit.code === 0
          ? step(behaviour.exit.after, "complete", "finished")
          : step(behaviour.exit.after, "failed", "started", `task: non-zero exit (${behaviour.exit.code})`)
      default:
        return undefined
    }
  }
}
