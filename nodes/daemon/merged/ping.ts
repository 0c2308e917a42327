import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type Route, route } from "../../api/call.ts"
import type { Gateway } from "../../api/gateway.ts"
import { plain } from "../../api/reply.ts"

const fresh = { "Cache-Control": "no-cache, no-store, must-revalidate", Pragma: "no-cache" }

/**
 * /_ping says that this daemon lives, whatever its engine does: the cluster's commands work without one. The Swarm header tells clients which
 * commands make sense here.
 */
export const pingRoutes = (gateway: Gateway): ReadonlyArray<Route> => {
  const answer = (body: string) =>
    Effect.sync(() => HttpServerResponse.setHeaders(plain(body), { ...fresh, Swarm: swarmState(gateway) }))
  return [route("GET", "/_ping", () => answer("OK")), route("HEAD", "/_ping", () => answer(""))]
}

function swarmState(gateway: Gateway): string {
  const { swarm, manager } = gateway.local()
  return swarm === "active" ? `active/${manager ? "manager" : "worker"}` : swarm
}
