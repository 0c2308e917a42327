import type { Instant } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import { Stepper } from "../../../core/stepper.ts"
import type { EngineCommand, EngineEvent } from "../../engine/engine.ts"
import { type EngineInput, type EngineOutput, SimulatedEngine } from "../../engine/simulated/engine.ts"
import { Alarm } from "../driver/alarm.ts"

export interface SimulatedRunnerOptions {
  readonly now: () => Instant
  readonly random: Random
  readonly event: (event: EngineEvent) => void
}

/** The simulated engine on the wall clock: a container of it takes as long to start as a real one, and runs nothing. */
export class SimulatedRunner {
  readonly engine: SimulatedEngine
  readonly #stepper: Stepper<EngineInput, EngineOutput>
  /** Numbers of commands that are not the agent's, and who waits for them. They count down, the agent's count up. */
  #ownCommands = 0
  readonly #waiting = new Map<number, (event: EngineEvent) => void>()

  constructor({ now, random, event }: SimulatedRunnerOptions) {
    this.engine = new SimulatedEngine({ random, now: now() })
    const alarm = new Alarm(now, () => this.#stepper.wake())
    this.#stepper = new Stepper<EngineInput, EngineOutput>(this.engine, {
      now,
      setAlarm: alarm.set,
      carryOut: (output) => {
        const own = "command" in output.event ? this.#waiting.get(output.event.command) : undefined
        if (own) own(output.event)
        // The agent gave this command a moment ago and is not done with that: it is told in a turn of its own.
        else setImmediate(() => event(output.event))
      },
    })
  }

  command(number: number, command: EngineCommand): void {
    this.#stepper.input({ type: "command", number, command })
  }

  /** Carries out a command of somebody else than the agent; the last event is its `done` or `failed`. */
  order(command: EngineCommand): Promise<ReadonlyArray<EngineEvent>> {
    const number = --this.#ownCommands
    const events: Array<EngineEvent> = []
    return new Promise((resolve) => {
      this.#waiting.set(number, (event) => {
        events.push(event)
        if (event.type !== "done" && event.type !== "failed") return
        this.#waiting.delete(number)
        resolve(events)
      })
      this.command(number, command)
    })
  }

  /** A container ends by itself, or by somebody's hand. */
  end(containerId: string, exitCode: number): void {
    this.#stepper.input({ type: "fault", fault: { kind: "exit", containerId, exitCode } })
  }

  stop(): void {
    this.#stepper.stop()
  }
}
