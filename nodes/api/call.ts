import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError } from "../../core/errors.ts"
import type { Filters } from "../manager/control/request.ts"
import { parseJson } from "./decode.ts"
import { parseFilters } from "./filters.ts"
import { failure, pageNotFound } from "./reply.ts"

/** One request, taken apart. */
export interface Call {
  /** A part of the path. */
  readonly param: (name: string) => string
  /** The first value of a query key, undefined when it is not there. */
  readonly query: (key: string) => string | undefined
  /** Docker's booleans: absent, empty, 0, no, false and none are false. */
  readonly flag: (key: string) => boolean
  readonly filters: () => Answer<Filters>
  /** The body, which must be JSON and say so. */
  readonly body: Effect.Effect<unknown, ApiError>
  readonly header: (name: string) => string | undefined
}

export type Handler = (call: Call) => Effect.Effect<HttpServerResponse, ApiError>

export type Route = HttpRouter.Route<never, never>

/** A route whose errors become Docker's error bodies. */
export const route = (
  method: "GET" | "POST" | "DELETE" | "HEAD",
  path: HttpRouter.PathInput,
  handler: Handler,
): Route =>
  HttpRouter.route(method, path, (request) =>
    Effect.gen(function* () {
      const params = yield* HttpRouter.params
      if (Object.values(params).includes("")) return pageNotFound
      return yield* handler(callOf(request, params))
    }).pipe(Effect.catch((error) => Effect.succeed(failure(error)))),
  )

function callOf(request: HttpServerRequest, params: Readonly<Record<string, string | undefined>>): Call {
  const query = new URLSearchParams(request.url.split("?", 2)[1] ?? "")
  return {
    param: (name) => params[name] ?? "",
    query: (key) => query.get(key) ?? undefined,
    flag: (key) => isTrue(query.get(key) ?? ""),
    filters: () => parseFilters(query.get("filters") ?? ""),
    body: readBody(request),
    header: (name) => request.headers[name.toLowerCase()],
  }
}

const isTrue = (text: string): boolean => !["", "0", "no", "false", "none"].includes(text.trim().toLowerCase())

const readBody = (request: HttpServerRequest): Effect.Effect<unknown, ApiError> =>
  Effect.gen(function* () {
    const text = yield* Effect.mapError(request.text, () => apiError(413, "request body too large or cut short"))
    if (text.trim() === "") return yield* Effect.fail(apiError(400, "got EOF while reading request body"))
    const type = request.headers["content-type"] ?? ""
    if (!/^application\/json\s*(;|$)/i.test(type)) {
      return yield* Effect.fail(apiError(400, `Content-Type specified (${type}) must be 'application/json'`))
    }
    return yield* fromAnswer(parseJson(text))
  })

export const fromAnswer = <A>(answer: Answer<A>): Effect.Effect<A, ApiError> =>
  Result.isSuccess(answer) ? Effect.succeed(answer.success) : Effect.fail(answer.failure)
