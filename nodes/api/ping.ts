import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type Route, route } from "./call.ts"
import type { Gateway, LocalView } from "./gateway.ts"
import { plain } from "./reply.ts"

const fresh = { "Cache-Control": "no-cache, no-store, must-revalidate", Pragma: "no-cache" }

/** /_ping: clients negotiate the API version by its headers, and learn by them which commands make sense here. */
export const pingRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/_ping", () => Effect.sync(() => ping(gateway.local(), "OK"))),
  route("HEAD", "/_ping", () => Effect.sync(() => ping(gateway.local(), ""))),
]

const ping = (local: LocalView, body: string) =>
  HttpServerResponse.setHeaders(plain(body), { ...fresh, "Builder-Version": "1", Swarm: standing(local) })

const standing = ({ swarm, manager }: LocalView): string =>
  swarm === "active" ? `active/${manager ? "manager" : "worker"}` : swarm
