import type { Instant } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import { Stepper } from "../../../core/stepper.ts"
import type { EngineCommand, EngineEvent } from "../../engine/engine.ts"
import { type EngineInput, type EngineOutput, type HandAct, SimulatedEngine } from "../../engine/simulated/engine.ts"
import type { EngineMessage } from "../../engine-message.ts"
import { Alarm } from "../driver/alarm.ts"

export interface SimulatedRunnerOptions {
  readonly now: () => Instant
  readonly random: Random
  /** Called in a turn of its own: who gave a command is done with that. */
  readonly event: (event: EngineEvent) => void
  /** What the engine tells everybody, for GET /events. */
  readonly message: (message: EngineMessage) => void
}

/** The simulated engine on the wall clock: a container of it takes as long to start as a real one, and runs nothing. */
export class SimulatedRunner {
  readonly engine: SimulatedEngine
  readonly #stepper: Stepper<EngineInput, EngineOutput>

  constructor({ now, random, event, message }: SimulatedRunnerOptions) {
    this.engine = new SimulatedEngine({ random, now: now() })
    const alarm = new Alarm(now, () => this.#stepper.wake())
    this.#stepper = new Stepper<EngineInput, EngineOutput>(this.engine, {
      now,
      setAlarm: alarm.set,
      carryOut: (output) => {
        if (output.type === "message") message(output.message)
        else setImmediate(() => event(output.event))
      },
    })
  }

  command(number: number, command: EngineCommand): void {
    this.#stepper.input({ type: "command", number, command })
  }

  /** Somebody at the machine itself does something to its engine. */
  byHand(act: HandAct): void {
    this.#stepper.input({ type: "hand", act })
  }

  stop(): void {
    this.#stepper.stop()
  }
}
