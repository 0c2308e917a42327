import type { Node } from "../document.ts"
import type { ComposeError, ComposeErrorKind, Position } from "../errors.ts"

/** Ends a load; caught where it began. */
export class Stop extends Error {
  readonly errors: ReadonlyArray<ComposeError>
  constructor(errors: ReadonlyArray<ComposeError>) {
    super(errors[0]?.message)
    this.errors = errors
  }
}

export const errorAt = (kind: ComposeErrorKind, message: string, at: Position | undefined): ComposeError => ({
  kind,
  message,
  place: {
    file: at?.source?.file ?? "-",
    line: at?.line ?? 1,
    column: at?.column ?? 1,
    source: at?.source?.lines[at.line - 1] ?? "",
  },
})

export const stopAt = (kind: ComposeErrorKind, message: string, node: Node | undefined): Stop =>
  new Stop([errorAt(kind, message, node?.at)])
