import { suggestion } from "./args/suggest.ts"
import { CliError } from "./errors.ts"
import { type Group, isGroup, type Leaf } from "./table.ts"

/** A command or group, the words that led to it, and the words that are left. */
export interface Found {
  readonly entry: Leaf | Group
  readonly path: ReadonlyArray<string>
  readonly rest: ReadonlyArray<string>
}

/** Follows the words of a command line through the groups, up to a command or to the first option. */
export function find(root: Group, words: ReadonlyArray<string>): Found {
  let entry: Leaf | Group = root
  const path = ["drydock"]
  let rest = words
  while (isGroup(entry)) {
    const word: string | undefined = rest[0]
    if (word === undefined || word.startsWith("-")) break
    const next: readonly [string, Leaf | Group] | undefined = lookUp(entry, word)
    if (next === undefined) throw unknownCommand(entry, path, word)
    path.push(next[0])
    entry = next[1]
    rest = rest.slice(1)
  }
  return { entry, path, rest }
}

const lookUp = (group: Group, word: string): readonly [string, Leaf | Group] | undefined =>
  Object.entries(group.commands).find(
    ([name, entry]) => name === word || (!isGroup(entry) && entry.aliases?.includes(word) === true),
  )

function unknownCommand(group: Group, path: ReadonlyArray<string>, word: string): CliError {
  const command = path.join(" ")
  const near = suggestion(word, Object.keys(group.commands))
  const hint = near === undefined ? "" : `\nDid you mean '${command} ${near}'?\n`
  const usage = path.length > 1 ? `\nUsage:  ${command} COMMAND\n` : ""
  return new CliError(
    `drydock: unknown command: ${command} ${word}\n${hint}${usage}\nRun '${command} --help' for more information`,
  )
}
