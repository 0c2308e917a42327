import type { Route } from "../call.ts"
import type { Gateway } from "../gateway.ts"
import { containerRoutes } from "./containers.ts"
import { imageRoutes } from "./images.ts"
import type { LocalEngine } from "./local-engine.ts"
import { pruneRoutes } from "./prune.ts"
import { systemRoutes } from "./system.ts"
import { volumeRoutes } from "./volumes.ts"

/** What a simulated engine answers for itself. */
export const localEngineRoutes = (gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  ...pruneRoutes(gateway, engine),
  ...containerRoutes(gateway, engine),
  ...imageRoutes(gateway, engine),
  ...volumeRoutes(gateway, engine),
  ...systemRoutes(gateway, engine),
]
