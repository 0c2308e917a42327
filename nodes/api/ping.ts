import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type Route, route } from "./call.ts"
import { plain } from "./reply.ts"

const fresh = { "Cache-Control": "no-cache, no-store, must-revalidate", Pragma: "no-cache" }

/** /_ping: clients negotiate the API version by its headers. */
export const pingRoutes: ReadonlyArray<Route> = [
  route("GET", "/_ping", () => Effect.succeed(HttpServerResponse.setHeaders(plain("OK"), fresh))),
  route("HEAD", "/_ping", () => Effect.succeed(HttpServerResponse.setHeaders(plain(""), fresh))),
]
