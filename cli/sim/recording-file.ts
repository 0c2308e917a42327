import { closeSync, openSync, writeFileSync } from "node:fs"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { CliError } from "../errors.ts"

/**
 * A new file that a session is written to, until the scope ends. A line has left the process before what it tells of happens, so that a process
 * that is killed loses nothing that it answered. Its owner alone may read it: it holds what was sent, secrets as well.
 */
export const recordingFile = Effect.fnUntraced(function* (path: string) {
  const broken = yield* Deferred.make<never, CliError>()
  const file = yield* Effect.acquireRelease(
    Effect.try({ try: () => openSync(path, "ax", 0o600), catch: (error) => cannotCreate(path, error) }),
    (fd) => Effect.sync(() => closeSync(fd)),
  )
  let isBroken = false
  return {
    /** False when it cannot be written. */
    write: (line: string): boolean => {
      // After half a line nothing can follow.
      if (isBroken) return false
      try {
        writeFileSync(file, line)
        return true
      } catch (error) {
        isBroken = true
        const failure = new CliError(`cannot go on recording: write ${path}: ${codeOf(error)}`)
        Deferred.doneUnsafe(broken, Effect.fail(failure))
        return false
      }
    },
    /** Fails as soon as it could not be written. */
    broken: Deferred.await(broken),
    /** Fails if it could not be written. */
    ifBroken: Effect.flatMap(Deferred.isDone(broken), (isDone) => (isDone ? Deferred.await(broken) : Effect.void)),
  }
})

function cannotCreate(path: string, error: unknown): CliError {
  const code = codeOf(error)
  if (code !== "EEXIST") return new CliError(`cannot record to ${path}: ${code}`)
  return new CliError(`${path} is there already: a recording needs a new file`)
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return "code" in error && typeof error.code === "string" ? error.code : error.message
}
