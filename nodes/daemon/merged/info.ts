import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type Route, route } from "../../api/call.ts"
import type { Gateway } from "../../api/gateway.ts"
import { json } from "../../api/reply.ts"
import { swarmSection } from "../../api/swarm-section.ts"
import { askEngineFor } from "../engine-client.ts"
import type { EngineAddress } from "../proxy/engine-address.ts"

/** GET /info: the engine's own, with the cluster's Swarm section. */
export const infoRoutes = (engine: EngineAddress, gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/info", () =>
    Effect.gen(function* () {
      const own = yield* askEngineFor(engine, { path: "/info" })
      const swarm = yield* swarmSection(gateway)
      return json({ ...(Predicate.isObject(own) ? own : {}), Swarm: swarm })
    }),
  ),
]
