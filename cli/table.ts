import type { FlagTable } from "./args/flag.ts"
import type { Command } from "./command.ts"

/** A command's place: its name is the key it has in its group; `load` brings its module in when it is run or explained. */
export interface Leaf {
  readonly summary: string
  readonly aliases?: ReadonlyArray<string>
  readonly load: () => Promise<{ readonly command: Command }>
}

export interface Group {
  readonly summary: string
  /** Options that may stand before the subcommand as well as after it. */
  readonly options?: () => Promise<FlagTable>
  readonly commands: Readonly<Record<string, Leaf | Group>>
}

export const isGroup = (entry: Leaf | Group): entry is Group => "commands" in entry

export const rm = ["remove"]
export const ls = ["list"]
