import * as Effect from "effect/Effect"
import { apiError } from "../../core/errors.ts"
import { type Route, route } from "./call.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { json, pageNotFound } from "./reply.ts"

/** /swarm. A swarm's settings cannot be changed here yet, nor a machine made to join or leave. */
export const swarmRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/swarm", () => Effect.map(ask(gateway, { op: "swarm.inspect" }), (swarm) => json(swarm))),
  // Managers are never locked, so there is no key.
  route("GET", "/swarm/unlockkey", () => Effect.as(ask(gateway, { op: "swarm.info" }), json({ UnlockKey: "" }))),
  route("POST", "/swarm/init", () => onlyOutside(gateway)),
  route("POST", "/swarm/join", () => onlyOutside(gateway)),
]

const onlyOutside = (gateway: Gateway) =>
  Effect.suspend(() =>
    gateway.local().swarm === "inactive" ? Effect.succeed(pageNotFound) : Effect.fail(apiError(503, alreadyInSwarm)),
  )

const alreadyInSwarm =
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'
