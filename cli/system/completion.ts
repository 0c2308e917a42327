import type { FlagTable } from "../args/flag.ts"
import { type Command, command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"

/** The commands as the table of commands has them; here only what is needed to walk them. */
export interface Branch {
  readonly commands: Readonly<Record<string, Branch | Twig>>
}
interface Twig {
  readonly load: () => Promise<{ readonly command: Command }>
}

/** `drydock completion`, for the commands below `root`. */
export const completionOf = (root: Branch) =>
  define({
    usage: "bash",
    arity: exactly(1),
    flags: {},
    examples: [
      ['eval "$(drydock completion bash)"', "in this shell"],
      ["drydock completion bash > /etc/bash_completion.d/drydock", "in every shell from now on"],
    ],
    async run(cli, { args: [shell = ""] }) {
      if (shell !== "bash") throw new CliError(`there is no completion for ${shell}: only bash`)
      cli.out(bashScript(await wordsOf(root, "drydock")))
    },
  })

/** What may follow each command: its subcommands and its options. */
async function wordsOf(branch: Branch, path: string): Promise<ReadonlyMap<string, ReadonlyArray<string>>> {
  const words = new Map<string, ReadonlyArray<string>>([[path, [...Object.keys(branch.commands), "--help", "--host"]]])
  for (const [name, entry] of Object.entries(branch.commands)) {
    const own = `${path} ${name}`
    if ("commands" in entry) {
      for (const [key, value] of await wordsOf(entry, own)) words.set(key, value)
    } else words.set(own, optionsOf((await entry.load()).command.flags))
  }
  return words
}

const optionsOf = (flags: FlagTable): ReadonlyArray<string> => {
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true)
  return [...new Set([...shown.map(([name]) => `--${name}`), "--help", "--host"])].sort()
}

/** Follows the words typed so far through the commands; file names where nothing else fits. Works with bash 3, which has no maps. */
const bashScript = (words: ReadonlyMap<string, ReadonlyArray<string>>): string => `# bash completion for drydock
_drydock_words() {
  case "$1" in
${[...words].map(([path, list]) => `    "${path}") echo "${list.join(" ")}" ;;`).join("\n")}
  esac
}

_drydock() {
  local word words path=drydock current="\${COMP_WORDS[COMP_CWORD]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ -n "$(_drydock_words "$path $word")" ]; then path="$path $word"; fi
  done
  words=$(_drydock_words "$path")
  case "$current" in
    -*) ;;
    *) words=$(printf '%s\\n' $words | grep -v '^-') ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -o default -F _drydock drydock
`
