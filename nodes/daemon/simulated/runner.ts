import type { Instant } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import { Stepper } from "../../../core/stepper.ts"
import type { EngineCommand, EngineEvent } from "../../engine/engine.ts"
import {
  type EngineInput,
  type EngineOutput,
  type HandAct,
  SimulatedEngine,
  type SimulatedEngineOptions,
} from "../../engine/simulated/engine.ts"
import type { EngineMessage } from "../../engine-message.ts"
import { Alarm } from "../driver/alarm.ts"
import type { EngineFile } from "./engine-file.ts"

export interface SimulatedRunnerOptions {
  readonly now: () => Instant
  readonly random: Random
  /** Called in a turn of its own: who gave a command is done with that. */
  readonly event: (event: EngineEvent) => void
  /** What the engine tells everybody, for GET /events. */
  readonly message: (message: EngineMessage) => void
  /** Where it is kept what the engine holds. */
  readonly file: EngineFile
}

/** The simulated engine on the wall clock: a container of it takes as long to start as a real one, and runs nothing. */
export class SimulatedRunner {
  readonly engine: SimulatedEngine
  readonly #stepper: Stepper<EngineInput, EngineOutput>
  readonly #file: EngineFile

  constructor({ now, random, event, message, file }: SimulatedRunnerOptions) {
    this.engine = new SimulatedEngine({ random, now: now(), ...restoredFrom(file) })
    this.#file = file
    const alarm = new Alarm(now, () => this.#stepper.wake())
    this.#stepper = new Stepper<EngineInput, EngineOutput>(this.engine, {
      now,
      setAlarm: alarm.set,
      // Before anybody is told of it.
      observe: () => file.save(this.engine.durable()),
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
    this.#file.save(this.engine.durable(), true)
  }
}

function restoredFrom(file: EngineFile): Pick<SimulatedEngineOptions, "restored" | "ranOn"> {
  const restored = file.load()
  return restored ? { restored, ranOn: true } : {}
}
