import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type Route, route } from "../../api/call.ts"
import type { Gateway, LocalView } from "../../api/gateway.ts"
import { plain } from "../../api/reply.ts"
import type { EngineState } from "../engine-state.ts"

const fresh = { "Cache-Control": "no-cache, no-store, must-revalidate", Pragma: "no-cache" }

/**
 * /_ping says that this daemon lives, whatever its engine does: the cluster's commands work without one. Its headers tell clients which commands
 * make sense here, and which builder the engine has.
 */
export const pingRoutes = (engine: EngineState, gateway: Gateway): ReadonlyArray<Route> => {
  const answer = (body: string) =>
    Effect.map(engine.refresh, () => {
      const { builderVersion } = engine.facts
      const builder = builderVersion === undefined ? {} : { "Builder-Version": builderVersion }
      return HttpServerResponse.setHeaders(plain(body), { ...fresh, ...builder, Swarm: standing(gateway.local()) })
    })
  return [route("GET", "/_ping", () => answer("OK")), route("HEAD", "/_ping", () => answer(""))]
}

const standing = ({ swarm, manager }: LocalView): string =>
  swarm === "active" ? `active/${manager ? "manager" : "worker"}` : swarm
