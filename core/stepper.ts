import type { Instant } from "./instant.ts"
import { type Machine, type Wake, wake } from "./machine.ts"

/** What a driver gives the stepper: its clock, its alarm, and the hands that carry outputs out. */
export interface World<Input, Output> {
  readonly now: () => Instant
  /** Carries out one output. May give the machine new inputs, at once or later; those given at once wait their turn. */
  readonly carryOut: (output: Output) => void
  /** Sets the machine's one alarm, replacing the one before; undefined: none. At that instant the driver calls `wake()`. */
  readonly setAlarm: (at: Instant | undefined) => void
  /** Sees each step before its outputs are carried out. */
  readonly observe?: (now: Instant, input: Input | Wake, outputs: ReadonlyArray<Output>) => void
}

/**
 * The order of things, the same for every driver (see Machine): one input at a time, its outputs carried out in their order before the next
 * input, the alarm set anew after each step. `now` never goes back, whatever the driver's clock does.
 */
export class Stepper<Input, Output> {
  readonly machine: Machine<Input, Output>
  readonly #world: World<Input, Output>
  readonly #inputs: Array<Input | Wake> = []
  #now = Number.NEGATIVE_INFINITY
  #stepping = false
  #stopped = false

  constructor(machine: Machine<Input, Output>, world: World<Input, Output>) {
    this.machine = machine
    this.#world = world
    this.#world.setAlarm(machine.nextWake())
  }

  input(input: Input | Wake): void {
    if (this.#stopped) return
    this.#inputs.push(input)
    if (!this.#stepping) this.#run()
  }

  wake(): void {
    this.input(wake)
  }

  /** The process is gone: nothing more is given to the machine, nor carried out. */
  stop(): void {
    this.#stopped = true
    this.#inputs.length = 0
    this.#world.setAlarm(undefined)
  }

  #run(): void {
    this.#stepping = true
    try {
      for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) this.#step(input)
    } finally {
      this.#stepping = false
    }
    if (!this.#stopped) this.#world.setAlarm(this.machine.nextWake())
  }

  #step(input: Input | Wake): void {
    this.#now = Math.max(this.#now, this.#world.now())
    const outputs = this.machine.step(this.#now, input)
    this.#world.observe?.(this.#now, input, outputs)
    for (const output of outputs) {
      if (this.#stopped) return
      this.#world.carryOut(output)
    }
  }
}
