import { bool, type FlagTable, text } from "./args/flag.ts"
import { type ParsedArgs, parseArgs } from "./args/parse.ts"
import { suggestion } from "./args/suggest.ts"
import type { Cli } from "./cli.ts"
import type { Command } from "./command.ts"
import { root } from "./commands.ts"
import { CliError, HelpWanted } from "./errors.ts"
import { find } from "./find.ts"
import { processSurroundings, type Surroundings } from "./process.ts"
import { type Group, isGroup, type Leaf } from "./table.ts"

/** Options that may stand anywhere; a command's own option of the same name comes first. */
const globals = {
  host: text("Address of the cluster", { short: "H" }),
  help: bool("Print usage", { short: "h" }),
}

/** Runs a command line; the result is the exit code. Everything it touches comes from `surroundings`. */
export async function main(
  argv: ReadonlyArray<string>,
  surroundings: Surroundings = processSurroundings,
): Promise<number> {
  try {
    await run(argv, surroundings)
    return 0
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    if (error.message !== "") surroundings.err(`${error.message}\n`)
    return error.exitCode
  }
}

async function run(argv: ReadonlyArray<string>, surroundings: Surroundings): Promise<void> {
  const before = parseGlobals(argv)
  const wantsHelp = before.flags.help === true || before.args[0] === "help"
  const words = await withGroupOptions(before.args[0] === "help" ? before.args.slice(1) : before.args)
  if (before.flags.version === true) return showVersion(surroundings)
  const { entry, path, rest } = find(root, words)
  if (isGroup(entry)) return runGroup(entry, path, rest, surroundings)
  const { command } = await entry.load()
  if (wantsHelp) return showHelp(entry, command, path, surroundings)
  const parsed = parseCommand(command, path, rest)
  if (parsed.flags.help === true && command.flags.help === undefined)
    return showHelp(entry, command, path, surroundings)
  checkArity(command, path, parsed.args.length)
  const hostAfter = command.flags.host === undefined ? String(parsed.flags.host) : ""
  const cli = surroundings.connect(hostAfter !== "" ? hostAfter : String(before.flags.host))
  try {
    await command.run(cli, parsed)
  } catch (error) {
    if (!(error instanceof HelpWanted)) throw error
    await showHelp(entry, command, path, surroundings)
  }
}

/** `compose -f FILE config` is `compose config -f FILE`. */
async function withGroupOptions(words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> {
  const [first = "", ...rest] = words
  const group = root.commands[first]
  if (group === undefined || !isGroup(group) || group.options === undefined) return words
  const parsed = parseArgs(rest, { ...globals, ...(await group.options()) }, false)
  if (!parsed.ok || parsed.value.args.length === 0) return words
  const [subcommand = "", ...after] = parsed.value.args
  return [first, subcommand, ...rest.slice(0, rest.length - parsed.value.args.length), ...after]
}

/** The options before the first word. */
function parseGlobals(argv: ReadonlyArray<string>): ParsedArgs {
  const table: FlagTable = { ...globals, version: bool("Print version information and quit", { short: "v" }) }
  const parsed = parseArgs(argv, table, false)
  if (parsed.ok) return parsed.value
  throw new CliError(
    `${parsed.error}\n\nUsage:  drydock [OPTIONS] COMMAND\n\nRun 'drydock --help' for more information`,
    125,
  )
}

async function runGroup(
  group: Group,
  path: ReadonlyArray<string>,
  rest: ReadonlyArray<string>,
  surroundings: Surroundings,
): Promise<void> {
  const parsed = parseArgs(rest, globals)
  if (!parsed.ok) {
    throw new CliError(
      `${parsed.error}\n\nUsage:  ${path.join(" ")} COMMAND\n\nRun '${path.join(" ")} --help' for more information`,
      125,
    )
  }
  const { groupHelp } = await import("./help.ts")
  surroundings.out(groupHelp(group, path))
}

async function showVersion(surroundings: Surroundings): Promise<void> {
  const { drydockVersion } = await import("./version.ts")
  surroundings.out(`Drydock version ${drydockVersion()}\n`)
}

async function showHelp(
  leaf: Leaf,
  command: Command,
  path: ReadonlyArray<string>,
  surroundings: Surroundings,
): Promise<void> {
  const { commandHelp } = await import("./help.ts")
  surroundings.out(commandHelp(leaf, command, path))
}

function parseCommand(command: Command, path: ReadonlyArray<string>, words: ReadonlyArray<string>): ParsedArgs {
  const table: FlagTable = { ...withoutTakenShorts(command.flags), ...command.flags }
  const parsed = parseArgs(words, table, command.interspersed ?? true)
  if (parsed.ok) return parsed.value
  throw new CliError(
    `${parsed.error}${flagHint(parsed.error, Object.keys(table))}\n\nUsage:  ${usageOf(command, path)}\n\nRun '${path.join(" ")} --help' for more information`,
    125,
  )
}

/** The global options, without the ones whose name or letter the command uses itself. */
const withoutTakenShorts = (own: FlagTable): FlagTable =>
  Object.fromEntries(
    Object.entries(globals).filter(([, flag]) => !Object.values(own).some((taken) => taken.short === flag.short)),
  )

function flagHint(error: string, known: ReadonlyArray<string>): string {
  const unknown = /^unknown flag: --(.+)$/.exec(error)?.[1]
  const near = unknown === undefined ? undefined : suggestion(unknown, known)
  return near === undefined ? "" : `\n\nDid you mean --${near}?`
}

const usageOf = (command: Command, path: ReadonlyArray<string>): string => [...path, command.usage].join(" ").trim()

function checkArity(command: Command, path: ReadonlyArray<string>, count: number): void {
  const { min, max } = command.arity
  if (count >= min && (max === undefined || count <= max)) return
  const own = path.join(" ")
  const what =
    max === 0
      ? "accepts no arguments"
      : min === max
        ? `requires ${plural(min)}`
        : count < min
          ? `requires at least ${plural(min)}`
          : `requires at most ${plural(max ?? 0)}`
  const verb = max === undefined ? "See" : "Run"
  throw new CliError(
    `drydock: '${own}' ${what}\n\nUsage:  ${usageOf(command, path)}\n\n${verb} '${own} --help' for more information`,
  )
}

const plural = (count: number): string => `${count} ${count === 1 ? "argument" : "arguments"}`

export type { Cli }
