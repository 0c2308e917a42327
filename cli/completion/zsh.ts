import { type Place, valueMark } from "./words.ts"

/** The same for zsh, each word with what it means. Sourced, or as a file _drydock in $fpath. */
export const zshScript = (places: ReadonlyArray<Place>): string => `#compdef drydock
# zsh completion for drydock
_drydock_words() {
  case "$1" in
${places.map((place) => `    ${quoted(place.path)}) print -rl -- ${linesOf(place)} ;;`).join("\n")}
  esac
}

_drydock_names() {
  case "$1" in
${places.flatMap(({ path, names }) => (names === undefined ? [] : [`    ${quoted(path)}) drydock ${names.split(" ").map(quoted).join(" ")} 2>/dev/null ;;`])).join("\n")}
  esac
}

_drydock() {
  local here=drydock word i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n "$(_drydock_words "$here $word")" ]]; then here="$here $word"; fi
  done
  local -a known shown names
  known=("\${(@f)$(_drydock_words "$here")}")
  if [[ -n "\${(M)known:#\${words[CURRENT-1]}=:*}" ]]; then
    _files
    return
  fi
  if [[ "\${words[CURRENT]}" == -* ]]; then shown=("\${(@M)known:#-*}"); else shown=("\${(@)known:#-*}"); fi
  shown=("\${(@)shown/=:/:}")
  shown=("\${(@)shown:#}")
  names=("\${(@f)$(_drydock_names "$here")}")
  names=("\${(@)names:#}")
  local found=1
  if (( \${#shown} )); then _describe -t commands drydock shown && found=0; fi
  if (( \${#names} )) && [[ "\${words[CURRENT]}" != -* ]]; then compadd -- "\${names[@]}" && found=0; fi
  if (( found )); then _files; fi
}

if [[ "\${funcstack[1]}" == _drydock ]]; then _drydock "$@"; else compdef _drydock drydock; fi
`

/** "word:help" lines; a colon of the word itself would end it. */
const linesOf = ({ words }: Place): string => words.map((word) => quoted(`${valueMark(word)}:${word.help}`)).join(" ")

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
