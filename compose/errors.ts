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

export const sentenceFor = (error: ComposeError, command: StackCommand): string =>
  command === "deploy" ? (error.deployMessage ?? error.message) : error.message
