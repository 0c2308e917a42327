import * as Effect from "effect/Effect"
import { fromAnswer, type Route, route } from "./call.ts"
import type { Gateway } from "./gateway.ts"
import { ask, noManager } from "./manager.ts"
import { parseVersion } from "./object-version.ts"
import { json, nothing } from "./reply.ts"
import { decodeClusterSpec, initRequestOf, joinRequestOf, unlockKeyOf } from "./swarm-body.ts"

/** /swarm: the swarm's settings, and this machine's place in a swarm. */
export const swarmRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/swarm", () => Effect.map(ask(gateway, { op: "swarm.inspect" }), (swarm) => json(swarm))),
  route("GET", "/swarm/unlockkey", () => Effect.map(ask(gateway, { op: "swarm.unlockkey" }), (key) => json(key))),
  route("POST", "/swarm/init", (call) =>
    Effect.gen(function* () {
      const request = yield* fromAnswer(initRequestOf(yield* call.body))
      return json(yield* gateway.swarm.init(request))
    }),
  ),
  route("POST", "/swarm/join", (call) =>
    Effect.gen(function* () {
      const request = yield* fromAnswer(joinRequestOf(yield* call.body))
      yield* gateway.swarm.join(request)
      return nothing()
    }),
  ),
  route("POST", "/swarm/leave", (call) => Effect.as(gateway.swarm.leave(call.flag("force")), nothing())),
  route("POST", "/swarm/unlock", (call) =>
    Effect.gen(function* () {
      const key = yield* fromAnswer(unlockKeyOf(yield* call.body))
      yield* gateway.swarm.unlock(key)
      return nothing()
    }),
  ),
  route("POST", "/swarm/update", (call) =>
    Effect.gen(function* () {
      const spec = yield* fromAnswer(decodeClusterSpec(yield* call.body))
      const version = yield* fromAnswer(parseVersion("swarm", call.query("version") ?? ""))
      const error = noManager(gateway.local())
      if (error) return yield* Effect.fail(error)
      yield* gateway.swarm.update({
        version,
        spec,
        rotateWorkerToken: call.flag("rotateWorkerToken"),
        rotateManagerToken: call.flag("rotateManagerToken"),
        rotateUnlockKey: call.flag("rotateManagerUnlockKey"),
      })
      return nothing()
    }),
  ),
]
