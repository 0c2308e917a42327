import { type Place, valueMark } from "./words.ts"

/** Follows the words typed so far through the commands; file names where nothing else fits. Works with bash 3, which has no maps. */
export const bashScript = (places: ReadonlyArray<Place>): string => `# bash completion for drydock
_drydock_words() {
  case "$1" in
${places.map(({ path, words }) => `    "${path}") echo "${words.map(valueMark).join(" ")}" ;;`).join("\n")}
  esac
}

_drydock_names() {
  case "$1" in
${places.flatMap(({ path, names }) => (names === undefined ? [] : [`    "${path}") drydock ${bare(names)} 2>/dev/null ;;`])).join("\n")}
  esac
}

_drydock() {
  local word words path=drydock current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ -n "$(_drydock_words "$path $word")" ]; then path="$path $word"; fi
  done
  words=" $(_drydock_words "$path") "
  case "$words" in
    *" $previous= "*) COMPREPLY=(); return ;;
  esac
  words="\${words//= / }"
  case "$current" in
    -*) ;;
    *) words=$(printf '%s\\n' $words | grep -v '^-'; _drydock_names "$path") ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -o default -F _drydock drydock
`

/** Templates in quotes. */
const bare = (command: string): string => command.replace(/\{\{.*\}\}/, (template) => `'${template}'`)
