import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type ApiError, apiError } from "../../core/errors.ts"
import { type Instant, toRfc3339 } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import { type EngineMessage, renderMessage } from "../engine-message.ts"
import type { Filters } from "../manager/control/request.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import { messageMatches } from "./event-filters.ts"
import type { Gateway } from "./gateway.ts"
import { streamed } from "./reply.ts"
import { parseTimestamp } from "./timestamps.ts"

/** GET /events. */
export const eventRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/events", (call) =>
    Effect.map(eventQuery(call), (query) => {
      const lines = Stream.map(messages(gateway, query), (message) => encoder.encode(renderMessage(message)))
      return streamed(lines, "application/json")
    }),
  ),
]

const encoder = new TextEncoder()

export interface EventQuery {
  /** Without it, only what happens from now on. */
  readonly since: Instant | undefined
  readonly until: Instant | undefined
  readonly filters: Filters
}

/** What a request for events asks for. */
export const eventQuery = Effect.fnUntraced(function* (call: Call) {
  const since = yield* fromAnswer(parseTimestamp(call.query("since")))
  const until = yield* fromAnswer(parseTimestamp(call.query("until")))
  if (since !== undefined && until !== undefined && until < since) {
    const text = `\`since\` time (${toRfc3339(since)}) cannot be after \`until\` time (${toRfc3339(until)})`
    return yield* Effect.fail(apiError(400, text))
  }
  const query: EventQuery = { since, until, filters: yield* fromAnswer(call.filters()) }
  return query
})

const tooSlow = apiError(500, "more events came than the client took")

/** How often the machine's own clock, which may be a virtual one, is looked at. */
const look_ms = 50

/** What is remembered since then, and what happens until then. A client that does not keep up is cut off. */
export function messages(
  gateway: Gateway,
  { since, until, filters }: EventQuery,
): Stream.Stream<EngineMessage, ApiError> {
  return Stream.callback<EngineMessage, ApiError>(
    (queue) =>
      Effect.gen(function* () {
        const offer = (message: EngineMessage) => {
          if (!messageMatches(message, filters)) return
          if (until !== undefined && message.at > until) return
          if (!Queue.offerUnsafe(queue, message)) Queue.failCauseUnsafe(queue, Cause.fail(tooSlow))
        }
        if (since !== undefined) for (const message of gateway.events.messages) if (message.at >= since) offer(message)
        const stop = gateway.events.listen(offer)
        yield* Effect.addFinalizer(() => Effect.sync(stop))
        if (until === undefined) return yield* Effect.never
        while (gateway.local().now < until) yield* Effect.sleep(look_ms)
        Queue.endUnsafe(queue)
      }),
    { bufferSize: limits.rememberedEvents * 2, strategy: "dropping" },
  )
}
