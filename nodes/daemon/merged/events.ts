import { request as ask, type IncomingMessage } from "node:http"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type ApiError, apiError } from "../../../core/errors.ts"
import { type Call, type Route, route } from "../../api/call.ts"
import { eventQuery, messages } from "../../api/events.ts"
import type { Gateway } from "../../api/gateway.ts"
import { streamed } from "../../api/reply.ts"
import { renderMessage } from "../../engine-message.ts"
import { messageOf } from "../engine-client.ts"
import { type EngineAddress, engineUnreachable, requestOptions } from "../proxy/engine-address.ts"

/** GET /events: the engine's own and the cluster's, as they come. It ends when both have; when the engine breaks off, it breaks off. */
export const eventRoutes = (engine: EngineAddress, gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/events", (call) =>
    Effect.gen(function* () {
      const query = yield* eventQuery(call)
      const answer = yield* engineEvents(engine, call)
      const swarm = Stream.map(messages(gateway, query), (message) => Buffer.from(renderMessage(message)))
      const both: Stream.Stream<Uint8Array, ApiError> = Stream.merge(wholeLines(answer), swarm)
      return streamed(both, "application/json")
    }),
  ),
]

const passedOn = ["since", "until", "filters"]

/** The engine's answer, once it has begun. */
const engineEvents = (engine: EngineAddress, call: Call): Effect.Effect<IncomingMessage, ApiError> =>
  Effect.callback((resume) => {
    const query = new URLSearchParams()
    for (const key of passedOn) {
      const value = call.query(key)
      if (value !== undefined) query.set(key, value)
    }
    const asked = ask({ ...requestOptions(engine), path: `/events?${query}`, headers: { Host: "localhost" } })
    asked.on("error", (error) => resume(Effect.fail(engineUnreachable(engine, error))))
    asked.on("response", (answer) => {
      if (answer.statusCode === 200) resume(Effect.succeed(answer))
      else refusal(answer, (error) => resume(Effect.fail(error)))
    })
    asked.end()
    return Effect.sync(() => asked.destroy())
  })

function refusal(answer: IncomingMessage, done: (error: ApiError) => void): void {
  let text = ""
  answer.setEncoding("utf8")
  answer.on("data", (part: string) => {
    text += part
  })
  answer.on("end", () => done(apiError(answer.statusCode ?? 502, messageOf(parsed(text)))))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Lines that wait for a client at most; one that takes them more slowly is cut off. */
const lines_max = 10_000

/** The answer's bytes, cut only at ends of lines, so that others may come between. The engine is left when the stream is. */
const wholeLines = (answer: IncomingMessage): Stream.Stream<Uint8Array, ApiError> =>
  Stream.callback<Uint8Array, ApiError>(
    (queue) =>
      Effect.gen(function* () {
        let rest = Buffer.alloc(0)
        const fail = (message: string) => Queue.failCauseUnsafe(queue, Cause.fail(apiError(502, message)))
        answer.on("data", (chunk: Buffer) => {
          const bytes = Buffer.concat([rest, chunk])
          const end = bytes.lastIndexOf(0x0a) + 1
          rest = bytes.subarray(end)
          if (end > 0 && !Queue.offerUnsafe(queue, bytes.subarray(0, end)))
            fail("more events came than the client took")
        })
        answer.on("end", () => Queue.endUnsafe(queue))
        answer.on("error", (error) => fail(`the engine's events broke off: ${error.message}`))
        yield* Effect.addFinalizer(() => Effect.sync(() => answer.destroy()))
        return yield* Effect.never
      }),
    { bufferSize: lines_max, strategy: "dropping" },
  )
