import type { FlagTable, FlagValues } from "./args/flag.ts"
import type { Cli } from "./cli.ts"

/** How many arguments a command takes; `max` absent: any number. */
export interface Arity {
  readonly min: number
  readonly max?: number
}

export const noArgs: Arity = { min: 0, max: 0 }
export const exactly = (count: number): Arity => ({ min: count, max: count })
export const atLeast = (min: number): Arity => ({ min })

/** What the command line said, in the types of the command's options. `changed` names the options that were given. */
export interface Input<F extends FlagTable> {
  readonly flags: FlagValues<F>
  readonly changed: ReadonlySet<string>
  readonly args: ReadonlyArray<string>
}

/** A command as its module declares it. `usage` is what follows its name; `interspersed: false` ends options at the first argument. */
export interface Command<F extends FlagTable = FlagTable> {
  readonly usage: string
  readonly arity: Arity
  readonly flags: F
  readonly examples?: ReadonlyArray<readonly [command: string, meaning: string]>
  readonly interspersed?: boolean
  run(cli: Cli, input: Input<F>): Promise<void>
}

/** Gives `run` the types of the flags. */
export const command = <const F extends FlagTable>(declared: Command<F>): Command<F> => declared
