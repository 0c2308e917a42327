import * as Data from "effect/Data"

/** What went wrong with a call to the engine: its own words and status, or that nobody answered. */
export class EngineError extends Data.TaggedError("EngineError")<{
  readonly message: string
  /** HTTP status; absent when there was no answer. */
  readonly status?: number
}> {
  /** The engine is not there (yet, or any more): the same call may succeed later. */
  get isUnreachable(): boolean {
    return this.status === undefined
  }
}

/** What the client throws: {statusCode, json: {message}} for an answer, a Node error with a code for none. */
export function engineError(thrown: unknown): EngineError {
  const error: object = typeof thrown === "object" && thrown !== null ? thrown : {}
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined
  const told = "json" in error ? messageOf(error.json) : undefined
  const message = told ?? messageOf(error) ?? String(thrown)
  return new EngineError({ message: message.trimEnd(), ...(status === undefined ? {} : { status }) })
}

const messageOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "message" in value && typeof value.message === "string"
    ? value.message
    : undefined
