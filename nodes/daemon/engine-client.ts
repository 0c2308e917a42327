import { request as ask, type IncomingMessage } from "node:http"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type ApiError, apiError } from "../../core/errors.ts"
import { type EngineAddress, engineUnreachable, requestOptions } from "./proxy/engine-address.ts"

/** An answer of the engine, whole. */
export interface EngineAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  /** The JSON value of the body; undefined when there is none, the text itself when it is no JSON. */
  readonly body: unknown
}

export interface EngineQuestion {
  readonly method?: "GET" | "POST" | "DELETE"
  /** With the API version and the query, if there are to be any. */
  readonly path: string
  readonly body?: unknown
}

/** Larger answers than this are not read into memory. */
const answerBytes_max = 64 * 1024 * 1024

/** Asks the engine one thing. An answer of any status is a success; an engine that does not answer is a 503. */
export const askEngine = (engine: EngineAddress, question: EngineQuestion): Effect.Effect<EngineAnswer, ApiError> =>
  Effect.callback((resume) => {
    const body = question.body === undefined ? undefined : Buffer.from(JSON.stringify(question.body))
    const failed = (error: Error) => resume(Effect.fail(engineUnreachable(engine, error)))
    const asked = ask({
      ...requestOptions(engine),
      method: question.method ?? "GET",
      path: question.path,
      headers: {
        Host: "localhost",
        Connection: "close",
        ...(body && { "Content-Type": "application/json", "Content-Length": body.length }),
      },
    })
    asked.on("error", failed)
    asked.on("response", (answer) => readAll(answer, (result) => resume(result)))
    asked.end(body)
    return Effect.sync(() => asked.destroy())
  })

function readAll(answer: IncomingMessage, done: (result: Effect.Effect<EngineAnswer, ApiError>) => void): void {
  const chunks: Array<Buffer> = []
  let size = 0
  answer.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size > answerBytes_max) answer.destroy(new Error("the engine's answer is too large"))
    else chunks.push(chunk)
  })
  answer.on("error", (error) => done(Effect.fail(apiError(502, `the engine's answer broke off: ${error.message}`))))
  answer.on("end", () => {
    const body = parse(Buffer.concat(chunks).toString("utf8"))
    done(Effect.succeed({ status: answer.statusCode ?? 502, headers: answer.headers, body }))
  })
}

function parse(text: string): unknown {
  if (text.trim() === "") return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The same, where anything but success is the client's business as the engine words it. */
export const askEngineFor = (engine: EngineAddress, question: EngineQuestion): Effect.Effect<unknown, ApiError> =>
  Effect.flatMap(askEngine(engine, question), ({ status, body }) =>
    status < 400 ? Effect.succeed(body) : Effect.fail(apiError(status, messageOf(body))),
  )

export function messageOf(body: unknown): string {
  if (Predicate.isObject(body) && "message" in body && typeof body.message === "string") return body.message
  return typeof body === "string" ? body.trim() : "the engine gave no reason"
}
