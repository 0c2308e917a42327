import { type Instant, type Millis, toRfc3339 } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import type { Health } from "../engine.ts"
import { containerProgram, onSignal, type SimulatedContainer, signalNumber } from "./container.ts"
import type { Containers } from "./containers.ts"
import { verdictOf } from "./health.ts"
import type { LogReaders } from "./log-readers.ts"
import type { Outbox } from "./outbox.ts"
import type { Outputs } from "./output.ts"
import type { Pace } from "./pace.ts"
import type { Print } from "./shell.ts"

/** A running container's present life; what was scheduled for an earlier one no longer counts. */
interface Run {
  readonly number: number
  /** The stop commands that wait for its end. */
  readonly stops: Array<number>
  /** Somebody at the machine stops it. */
  stoppedByHand: boolean
}

/** What will happen in the life of a container, unless it ends before. */
export type LifeEvent =
  | { readonly kind: "exit"; readonly id: string; readonly run: number; readonly exitCode: number }
  | { readonly kind: "health"; readonly id: string; readonly run: number; readonly health: Health }
  | { readonly kind: "print"; readonly id: string; readonly run: number; readonly print: Print }
  /** The beginning of a round of what is written over and over. */
  | { readonly kind: "round"; readonly id: string; readonly run: number }

/** Of the engine: what its containers live in. */
export interface LivesOptions {
  readonly random: Random
  readonly pace: Pace
  readonly containers: Containers
  readonly written: Outputs
  readonly readers: LogReaders
  readonly outbox: Outbox
  /** Of each item that is added here, the engine lets `happen` know when its time has come. */
  readonly timers: { add(at: Instant, item: LifeEvent): void }
}

/**
 * The lives of an engine's containers, each from its start to its end: what their programs write, how healthy they are found, how they take
 * signals, and what is said of all that.
 */
export class Lives {
  readonly #options: LivesOptions
  readonly #runs = new Map<string, Run>()
  #runNumber = 0
  #pid = 1_000

  constructor(options: LivesOptions) {
    this.#options = options
  }

  has(id: string): boolean {
    return this.#runs.has(id)
  }

  /** A container starts whose program can; its process ID. */
  begin(now: Instant, container: SimulatedContainer): number {
    const { random, containers, outbox } = this.#options
    this.#pid += 1 + random.int(40)
    outbox.about(now, container, "start")
    const StartedAt = toRfc3339(now)
    containers.set(container, { Status: "running", Pid: this.#pid, ExitCode: 0, Error: "", StartedAt })
    this.#runs.set(container.Id, this.#live(now, container, now))
    return this.#pid
  }

  /** A container goes on that has been running all the time. */
  goOn(now: Instant, container: SimulatedContainer): void {
    this.#pid = Math.max(this.#pid, container.State.Pid)
    const { StartedAt, Health } = container.State
    this.#runs.set(container.Id, this.#live(now, container, Date.parse(StartedAt), Health !== "starting"))
  }

  happen(now: Instant, due: LifeEvent): void {
    if (this.#runs.get(due.id)?.number !== due.run) return
    if (due.kind === "exit") this.end(now, due.id, { exitCode: due.exitCode })
    else if (due.kind === "health") this.becomes(now, due.id, due.health)
    else if (due.kind === "print") this.#print(now, due.id, due.print)
    else this.#round(now, due.id, due.run)
  }

  /** A stop command: the container's end is its answer. False when the container does not run. */
  stop(now: Instant, command: number, id: string, signal: string | undefined, grace_ms: Millis): boolean {
    const container = this.#options.containers.get(id)
    const run = this.#runs.get(id)
    if (container === undefined || run === undefined) return false
    run.stops.push(command)
    this.#halt(now, container, run, grace_ms, signal)
    return true
  }

  /** Somebody at the machine stops a container, or sends it a signal and no more: then there is no grace period. */
  signalByHand(now: Instant, id: string, signal: string | undefined, grace_ms?: Millis): void {
    const container = this.#options.containers.get(id)
    const run = this.#runs.get(id)
    if (container === undefined || run === undefined) return
    run.stoppedByHand ||= grace_ms !== undefined
    this.#halt(now, container, run, grace_ms ?? Number.POSITIVE_INFINITY, signal)
  }

  /** Ends a container that runs, whatever its program meant to do. */
  end(
    now: Instant,
    id: string,
    how: { readonly exitCode: number; readonly error?: string; readonly outOfMemory?: boolean },
  ): void {
    const { containers, outbox, readers } = this.#options
    const container = containers.get(id)
    const run = this.#runs.get(id)
    if (container === undefined || run === undefined) return
    this.#runs.delete(id)
    containers.set(container, {
      Status: "exited",
      Pid: 0,
      ExitCode: how.exitCode,
      OOMKilled: how.outOfMemory ?? false,
      Error: how.error ?? "",
      FinishedAt: toRfc3339(now),
    })
    outbox.emitAll(readers.ended(id))
    if (how.outOfMemory) outbox.about(now, container, "oom")
    outbox.about(now, container, "die", { exitCode: String(how.exitCode) })
    for (const command of run.stops) {
      outbox.emit({ type: "done", command, reply: { op: "stop", exitCode: how.exitCode } })
    }
    if (run.stops.length > 0 || run.stoppedByHand) outbox.about(now, container, "stop")
    if (run.stops.length > 0) return
    const error = how.error === undefined ? {} : { error: how.error }
    outbox.emit({ type: "exited", containerId: id, exitCode: how.exitCode, ...error })
  }

  /** A health check of a container that runs comes to another verdict. */
  becomes(now: Instant, id: string, health: Health): void {
    const { containers, outbox } = this.#options
    const container = containers.get(id)
    if (container?.Healthcheck === undefined || container.State.Health === health || !this.#runs.has(id)) return
    containers.set(container, { Health: health })
    outbox.about(now, container, `health_status: ${health}`)
    outbox.emit({ type: "health", containerId: id, health })
  }

  /**
   * A container runs that was started at that time; what should have happened since, but for what it wrote, happens at once. `known`: its health
   * is known already.
   */
  #live(now: Instant, container: SimulatedContainer, startedAt: Instant, known = false): Run {
    const { timers } = this.#options
    const { Id: id, Healthcheck } = container
    const { prints = [], cycle, ends } = containerProgram(container)
    const run = ++this.#runNumber
    const at = (after: Millis): Instant => Math.max(startedAt + after, now)
    for (const print of prints) {
      const after_ms = Math.max(print.after_ms, 1)
      if (startedAt + after_ms > now) timers.add(at(after_ms), { kind: "print", id, run, print })
    }
    if (cycle) timers.add(at(cycle.from_ms), { kind: "round", id, run })
    if (ends !== undefined) {
      // Even a process with nothing to do lives for a moment: its start is told before its end.
      timers.add(at(Math.max(ends.after_ms, 1)), { kind: "exit", id, run, exitCode: ends.exitCode })
    }
    if (Healthcheck !== undefined && !known) {
      const { after_ms, health } = verdictOf(Healthcheck)
      if (Number.isFinite(after_ms)) timers.add(at(after_ms), { kind: "health", id, run, health })
    }
    return { number: run, stops: [], stoppedByHand: false }
  }

  #print(now: Instant, id: string, print: Print): void {
    const { outbox, readers, written } = this.#options
    outbox.emitAll(readers.written(id, written.add(id, now, print)))
  }

  #round(now: Instant, id: string, run: number): void {
    const { containers, timers } = this.#options
    const container = containers.get(id)
    const cycle = container && containerProgram(container).cycle
    if (cycle === undefined) return
    for (const print of cycle.prints) {
      timers.add(now + Math.max(print.after_ms, 1), { kind: "print", id, run, print })
    }
    timers.add(now + cycle.every_ms, { kind: "round", id, run })
  }

  /** The signal (its own stop signal, unless another is given) now, KILL after the grace period: never, when that has no end. */
  #halt(now: Instant, container: SimulatedContainer, run: Run, grace_ms: Millis, signal = container.StopSignal): void {
    const { outbox, pace, timers } = this.#options
    const heeded = onSignal(container, containerProgram(container), signal)
    const reaction = pace.draw("stop")
    const inTime = heeded !== "ignored" && (reaction <= grace_ms || heeded === 137)
    outbox.about(now, container, "kill", { signal: String(signalNumber(signal)) })
    if (!inTime && grace_ms === Number.POSITIVE_INFINITY) return
    timers.add(now + (inTime ? reaction : Math.max(grace_ms, 1)), {
      kind: "exit",
      id: container.Id,
      run: run.number,
      exitCode: inTime ? heeded : 137,
    })
  }
}
