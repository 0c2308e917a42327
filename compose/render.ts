import { type ComposeError, type StackCommand, sentenceFor } from "./errors.ts"
import { hintFor } from "./hints.ts"

const widthMax = 160

/**
 * `file:line:column: sentence`, then the offending line with a caret below the column, the key's path, and how to go on.
 * Docker's sentence is contained unbroken, so that whoever searches for it finds it.
 */
export const renderError = (error: ComposeError, command: StackCommand = "config"): string => {
  const { file, line, column, source } = error.place
  const hint = hintFor(error)
  const notes = [
    ...(error.path === undefined || error.path.length === 0 ? [] : [`  at ${error.path.join(".")}`]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ]
  const head = `${file}:${line}:${column}: ${sentenceFor(error, command)}`
  if (source.trim() === "") return [head, ...notes].join("\n")
  const gutter = `  ${line} | `
  // A long line is shown around its place.
  const from = column - 1 > widthMax - 20 ? column - widthMax / 2 : 0
  const shown = source.slice(from, from + widthMax).replaceAll("\t", " ")
  const caret = column - 1 <= source.length ? [`${" ".repeat(gutter.length + column - 1 - from)}^`] : []
  return [head, "", `${gutter}${shown}`, ...caret, ...notes].join("\n")
}

/** More than this many errors at once help nobody. */
const errorsShownMax = 20

/** Each sentence once, at its first place. */
const distinct = (errors: ReadonlyArray<ComposeError>, command: StackCommand): ReadonlyArray<ComposeError> => {
  const found = new Map<string, ComposeError>()
  for (const error of errors) {
    const sentence = sentenceFor(error, command)
    if (!found.has(sentence)) found.set(sentence, error)
  }
  return [...found.values()]
}

/** In the order of the files and the places in them; at one place the most specific first, which is how they come. */
const byPlace = (errors: ReadonlyArray<ComposeError>): ReadonlyArray<ComposeError> => {
  const files = [...new Set(errors.map((error) => error.place.file))]
  return [...errors].sort(
    (a, b) =>
      files.indexOf(a.place.file) - files.indexOf(b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  )
}

/** All errors, in the order of their places. */
export const renderErrors = (errors: ReadonlyArray<ComposeError>, command: StackCommand = "config"): string => {
  const all = distinct(errors, command)
  // The one that Docker would show is always among those that are shown.
  const shown = byPlace(all.slice(0, errorsShownMax)).map((error) => renderError(error, command))
  const hidden = all.length - shown.length
  return [...shown, ...(hidden > 0 ? [`... and ${hidden} more errors`] : [])].join("\n\n")
}

/** The same for editors. */
export const errorsJson = (errors: ReadonlyArray<ComposeError>, command: StackCommand = "config"): string => {
  const shown = byPlace(distinct(errors, command)).map((error) => ({
    file: error.place.file,
    line: error.place.line,
    column: error.place.column,
    severity: "error",
    kind: error.kind,
    message: sentenceFor(error, command),
    ...(error.path === undefined ? {} : { path: error.path.join(".") }),
    ...(hintFor(error) === undefined ? {} : { hint: hintFor(error) }),
  }))
  return `${JSON.stringify({ errors: shown }, null, 2)}\n`
}
