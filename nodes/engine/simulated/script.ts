/** One command of a shell script, with what stands before it. */
export interface ScriptStep {
  /** ";", "&&", "||" or "|". */
  readonly operator: string
  readonly words: ReadonlyArray<string>
  /** Where its standard output goes. */
  readonly to: "stdout" | "stderr" | "elsewhere"
}

/** The commands of a script. Quotes hide operators and spaces, single ones variables too. */
export function splitScript(script: string, env: ReadonlyMap<string, string>): ReadonlyArray<ScriptStep> {
  const steps: Array<ScriptStep> = []
  let operator = ";"
  let words: Array<string> = []
  let to: ScriptStep["to"] = "stdout"
  const end = (next: string) => {
    if (words.length > 0) steps.push({ operator, words, to })
    operator = next
    words = []
    to = "stdout"
  }
  const token = /(&&|\|\||[;|\n])|((?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s;&|"']|&(?!&))+)/gs
  let redirected = false
  for (const [, separator, word] of script.matchAll(token)) {
    if (separator !== undefined) end(separator === "\n" ? ";" : separator)
    else if (word === undefined) continue
    else if (redirected) redirected = false
    else if (/^1?>&2$/.test(word)) to = "stderr"
    else if (/^2?>&1$/.test(word)) continue
    else if (/^[012]?(>>?|<)$/.test(word)) {
      redirected = true
      if (!word.startsWith("2") && !word.endsWith("<")) to = "elsewhere"
    } else if (/^1?>>?[^&]/.test(word)) to = "elsewhere"
    else if (!/^2>/.test(word)) words.push(unquoted(word, env))
  }
  end(";")
  return steps
}

/** A word as the command gets it. A word that is a variable alone stays one word: no list is made of it. */
function unquoted(word: string, env: ReadonlyMap<string, string>): string {
  return [...word.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|([^"']+)/gs)]
    .map(([, double, single, bare]) => {
      if (single !== undefined) return single
      return expanded(double?.replace(/\\(["\\$`])/g, "$1") ?? bare ?? "", env)
    })
    .join("")
}

function expanded(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (whole, plain: string | undefined, braced: string | undefined, otherwise: string | undefined) =>
      plain === undefined && braced === undefined ? whole : (env.get(plain ?? braced ?? "") ?? otherwise ?? ""),
  )
}
