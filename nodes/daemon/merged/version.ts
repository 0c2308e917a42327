import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type Route, route } from "../../api/call.ts"
import { apiVersion, lowerVersion } from "../../api/protocol-version.ts"
import { json } from "../../api/reply.ts"
import { listAt, objectAt } from "../../api/words.ts"
import { askEngineFor } from "../engine-client.ts"
import type { EngineAddress } from "../proxy/engine-address.ts"

/** GET /version: the engine's own, in which Drydock names itself, so that nobody takes the one for the other. */
export const versionRoutes = (engine: EngineAddress, drydockVersion: string): ReadonlyArray<Route> => [
  route("GET", "/version", () =>
    Effect.map(askEngineFor(engine, { path: "/version" }), (answer) => {
      const own = Predicate.isObject(answer) ? objectAt(answer) : {}
      const platform = objectAt(own, "Platform").Name
      const named = typeof platform === "string" && platform !== "" ? `Drydock on ${platform}` : "Drydock"
      return json({
        ...own,
        Platform: { Name: named },
        Components: [
          ...listAt(own, "Components"),
          { Name: "Drydock", Version: drydockVersion, Details: { ApiVersion: apiVersion, Swarm: "Drydock" } },
        ],
        ApiVersion: lowerVersion(typeof own.ApiVersion === "string" ? own.ApiVersion : apiVersion, apiVersion),
      })
    }),
  ),
]
