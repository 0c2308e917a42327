/** Where a value stands in a compose file. Lines and columns count from 1; a column counts UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
  /** the file, where it is not the one that is being looked at: a value may have come from another one */
  readonly source?: Source
}

/** A file as the user named it ("-" for stdin), and its lines. */
export interface Source {
  readonly file: string
  readonly lines: ReadonlyArray<string>
}

/** A position together with the file as the user named it ("-" for stdin) and the text of that line. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly file: string
  readonly source: string
}

export type ComposeErrorKind =
  | "yaml"
  | "version"
  | "forbidden"
  | "interpolation"
  | "schema"
  | "decode"
  | "file"
  | "conversion"
  | "extends"
  | "include"
  | "merge"
  | "consistency"

/** Anything that makes a stack unusable. `message` is Docker's own sentence (exit status 1, on stderr). */
export interface ComposeError {
  readonly kind: ComposeErrorKind
  readonly message: string
  readonly place: Place
  /** The keys that lead to the value in question, where they are known. */
  readonly path?: ReadonlyArray<string | number>
  /** What may be meant, or how to go on. */
  readonly hint?: string
  /** What `docker stack deploy` says where it differs from what `docker stack config` says. */
  readonly deployMessage?: string
}

/** The two commands word one error (forbidden properties) differently. */
export type StackCommand = "config" | "deploy"

const sentenceFor = (error: ComposeError, command: StackCommand): string =>
  command === "deploy" ? (error.deployMessage ?? error.message) : error.message

/**
 * `file:line:column: sentence`, then the offending line with a caret below the column.
 * Docker's sentence is contained unbroken, so that whoever searches for it finds it.
 */
export const renderError = (error: ComposeError, command: StackCommand = "config"): string => {
  const { file, line, column, source } = error.place
  const head = `${file}:${line}:${column}: ${sentenceFor(error, command)}`
  if (source.trim() === "") return head
  const gutter = `  ${line} | `
  const shown = source.slice(0, 160)
  const caret = column - 1 <= shown.length ? `\n${" ".repeat(gutter.length + column - 1)}^` : ""
  return `${head}\n\n${gutter}${shown.replaceAll("\t", " ")}${caret}`
}

/** More than this many errors at once help nobody. */
const errorsShownMax = 20

/** All errors, Docker's choice first; those with the same sentence are shown once, at their first place. */
export const renderErrors = (errors: ReadonlyArray<ComposeError>, command: StackCommand = "config"): string => {
  const distinct = new Map<string, ComposeError>()
  for (const error of errors) {
    const sentence = sentenceFor(error, command)
    if (!distinct.has(sentence)) distinct.set(sentence, error)
  }
  const shown = [...distinct.values()].slice(0, errorsShownMax).map((error) => renderError(error, command))
  const hidden = distinct.size - shown.length
  return [...shown, ...(hidden > 0 ? [`... and ${hidden} more errors`] : [])].join("\n\n")
}
