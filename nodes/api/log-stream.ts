import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type ApiError, apiError } from "../../core/errors.ts"
import type { LogChunk, LogLines } from "../manager/logs/chunk.ts"
import type { LogReader } from "../node/questions.ts"

interface Parcel {
  readonly lines: ReadonlyArray<LogLines>
  readonly taken: () => void
}

/** Logs as a client reads them, from a node's reader that `open` begins: what is taken is what the client has room for. The reader stops with the stream. */
export function logStream(
  open: (tell: (chunk: LogChunk) => void) => Effect.Effect<LogReader, ApiError>,
): Stream.Stream<LogLines, ApiError> {
  const parcels = Stream.callback<Parcel, ApiError>((queue) =>
    Effect.gen(function* () {
      const reader: LogReader = yield* open((chunk) => {
        if (chunk.type === "lines") {
          const { ticket, parts } = chunk
          Queue.offerUnsafe(queue, { lines: parts, taken: () => ticket !== undefined && reader.taken(ticket) })
        } else if (chunk.error === undefined) Queue.endUnsafe(queue)
        else Queue.failCauseUnsafe(queue, Cause.fail(apiError(500, chunk.error)))
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => reader.stop()))
      return yield* Effect.never
    }),
  )
  return Stream.flatMap(parcels, ({ lines, taken }) =>
    Stream.concat(Stream.fromIterable(lines), Stream.fromEffectDrain(Effect.sync(taken))),
  )
}
