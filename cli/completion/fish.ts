import { type Place, valueMark } from "./words.ts"

/** The same for fish, which shows what follows a tab as the word's meaning. */
export const fishScript = (places: ReadonlyArray<Place>): string => `# fish completion for drydock
function __drydock_words
    switch "$argv[1]"
${places.map((place) => `        case ${quoted(place.path)}\n            printf '%s\\n' ${linesOf(place)}`).join("\n")}
    end
end

function __drydock_names
    switch "$argv[1]"
${places.flatMap(({ path, names }) => (names === undefined ? [] : [`        case ${quoted(path)}\n            drydock ${names.split(" ").map(quoted).join(" ")} 2>/dev/null`])).join("\n")}
    end
end

function __drydock_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l here drydock
    for word in $typed[2..-1]
        if test -n "$(__drydock_words "$here $word")"
            set here "$here $word"
        end
    end
    set -l known (__drydock_words $here)
    set -l tab (printf '\\t')
    if string match -q -- "$typed[-1]=$tab*" $known
        __fish_complete_path $current
        return
    end
    if string match -q -- '-*' $current
        string replace -- "=$tab" $tab (string match -- '-*' $known)
        return
    end
    set -l shown (string match -v -- '-*' $known) (__drydock_names $here)
    if test (count $shown) -eq 0
        __fish_complete_path $current
    else
        printf '%s\\n' $shown
    end
end

complete -c drydock -f -a '(__drydock_complete)'
`

const linesOf = ({ words }: Place): string => words.map((word) => quoted(`${valueMark(word)}\t${word.help}`)).join(" ")

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
