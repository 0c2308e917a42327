import type { FlagTable } from "./args/flag.ts"
import type { Command } from "./command.ts"
import { type Group, isGroup, type Leaf } from "./table.ts"

const globalOptions = `  -H, --host string   Address of the cluster (default $DOCKER_HOST, the docker context, tcp://127.0.0.1:2375)
      --help          Print usage
  -v, --version       Print version information and quit`

/** What `drydock GROUP --help` prints. */
export function groupHelp(group: Group, path: ReadonlyArray<string>): string {
  const command = path.join(" ")
  const entries = Object.entries(group.commands)
  const isRoot = path.length === 1
  const sections = [
    `Usage:  ${command}${isRoot ? " [OPTIONS]" : ""} COMMAND`,
    group.summary,
    ...commandList(
      "Management Commands",
      entries.filter(([, entry]) => isGroup(entry)),
    ),
    ...commandList(
      "Commands",
      entries.filter(([, entry]) => !isGroup(entry)),
    ),
    ...(isRoot ? [`Global Options:\n${globalOptions}`] : []),
    `Run '${command} COMMAND --help' for more information on a command.`,
    ...(isRoot ? [rootExamples] : []),
  ]
  return `${sections.join("\n\n")}\n`
}

const rootExamples = `Examples:
  drydock sim                                         start a simulated cluster of three managers and three workers
  drydock stack deploy -c examples/voting-app.yml app deploy a stack to it
  drydock service ls                                  see what runs
  drydock machine crash worker1                       see what happens when a machine dies
  drydock --host tcp://10.0.0.5:2375 node ls          talk to another cluster, or to a real Docker engine`

function commandList(title: string, entries: ReadonlyArray<readonly [string, Leaf | Group]>): ReadonlyArray<string> {
  if (entries.length === 0) return []
  const width = Math.max(11, ...entries.map(([name]) => name.length + 1))
  return [`${title}:\n${entries.map(([name, entry]) => `  ${name.padEnd(width)} ${entry.summary}`).join("\n")}`]
}

/** What `drydock COMMAND --help` prints. */
export function commandHelp(leaf: Leaf, command: Command, path: ReadonlyArray<string>): string {
  const own = path.join(" ")
  const parent = path.slice(0, -1).join(" ")
  const aliases = leaf.aliases ?? []
  const sections = [
    `Usage:  ${usageLine(command, path)}`,
    leaf.summary,
    ...(aliases.length > 0 ? [`Aliases:\n  ${[own, ...aliases.map((alias) => `${parent} ${alias}`)].join(", ")}`] : []),
    ...(command.examples === undefined ? [] : [`Examples:\n${examples(command.examples)}`]),
    ...(Object.keys(command.flags).length > 0 ? [`Options:\n${flagUsages(command.flags)}`] : []),
  ]
  return `${sections.join("\n\n")}\n`
}

/** The command with what it takes, as in error messages. */
const usageLine = (command: Command, path: ReadonlyArray<string>): string =>
  command.usage === "" ? path.join(" ") : `${path.join(" ")} ${command.usage}`

const examples = (list: ReadonlyArray<readonly [string, string]>): string =>
  list.map(([line, meaning]) => `  # ${meaning}\n  ${line}`).join("\n")

function flagUsages(flags: FlagTable): string {
  const rows = Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const short = flag.short === undefined ? "    " : `-${flag.short}, `
      const type = flag.type === "" ? "" : ` ${flag.type}`
      return {
        left: `  ${short}--${name}${type}`,
        help: flag.initial === true ? `${flag.help} (default true)` : flag.help,
      }
    })
  const width = Math.max(0, ...rows.map((row) => row.left.length)) + 3
  return rows.map(({ left, help }) => left.padEnd(width) + help.replaceAll("\n", `\n${" ".repeat(width)}`)).join("\n")
}
