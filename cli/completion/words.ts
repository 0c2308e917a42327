import type { FlagTable } from "../args/flag.ts"
import type { Command } from "../command.ts"

/** The commands as the table of commands has them; here only what is needed to walk them. */
export interface Branch {
  readonly summary: string
  readonly commands: Readonly<Record<string, Branch | Twig>>
}
interface Twig {
  readonly summary: string
  readonly aliases?: ReadonlyArray<string>
  readonly load: () => Promise<{ readonly command: Command }>
}

/** A word that may come next: what it means, and whether another word belongs to it. */
export interface Word {
  readonly word: string
  readonly help: string
  readonly takesValue: boolean
}

/** What may follow a command: "drydock service ps" and, when its arguments are names, the drydock command that prints them. */
export interface Place {
  readonly path: string
  readonly words: ReadonlyArray<Word>
  readonly names: string | undefined
}

/** Everything below `branch`, under its aliases, too. */
export async function placesOf(branch: Branch, path = "drydock"): Promise<ReadonlyArray<Place>> {
  const commands = Object.entries(branch.commands).map(([word, { summary }]) => ({
    word,
    help: summary,
    takesValue: false,
  }))
  const places: Place[] = [{ path, words: [...commands, ...common], names: undefined }]
  for (const [name, entry] of Object.entries(branch.commands)) {
    if ("commands" in entry) {
      places.push(...(await placesOf(entry, `${path} ${name}`)))
      continue
    }
    const { command } = await entry.load()
    const words = [...optionsOf(command.flags), ...common.filter(({ word }) => !(word.slice(2) in command.flags))]
    const names = name === "create" || name === "pull" ? undefined : namesFor(command.usage)
    for (const own of [name, ...(entry.aliases ?? [])]) places.push({ path: `${path} ${own}`, words, names })
  }
  return places
}

const common: ReadonlyArray<Word> = [
  { word: "--help", help: "Print usage", takesValue: false },
  { word: "--host", help: "Address of the cluster", takesValue: true },
]

const optionsOf = (flags: FlagTable): ReadonlyArray<Word> =>
  Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([name, { help, implied }]) => ({
      word: `--${name}`,
      help: help.split("\n")[0]?.replace(/:$/, "") ?? "",
      takesValue: implied === undefined,
    }))
    .sort((a, b) => (a.word < b.word ? -1 : 1))

/** Who prints the names that a usage calls by this word. */
const lists: ReadonlyArray<readonly [word: string, command: string]> = [
  ["SERVICE", "service ls --format {{.Name}}"],
  ["STACK", "stack ls --format {{.Name}}"],
  ["NODE", "node ls --format {{.Hostname}}"],
  ["NETWORK", "network ls --format {{.Name}}"],
  ["SECRET", "secret ls --format {{.Name}}"],
  ["CONFIG", "config ls --format {{.Name}}"],
  ["VOLUME", "volume ls --quiet"],
  ["CONTAINER", "ps --all --format {{.Names}}"],
  ["IMAGE", "images --format {{.Repository}}:{{.Tag}}"],
  ["MACHINE", "machine ls --quiet"],
]

const namesFor = (usage: string): string | undefined =>
  lists.find(([word]) => new RegExp(`\\b${word}\\b`).test(usage))?.[1]

/** A word as the scripts keep it: an option that takes a value ends in "=". */
export const valueMark = ({ word, takesValue }: Word): string => (takesValue ? `${word}=` : word)
