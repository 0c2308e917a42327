import * as Effect from "effect/Effect"
import { ConfigSpec } from "../../core/model/config.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { parseVersion } from "./object-version.ts"
import { json, nothing } from "./reply.ts"
import { objectAt } from "./words.ts"

const decode = decodeWith(ConfigSpec)

/** /configs. */
export const configRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/configs", (call) =>
    Effect.gen(function* () {
      const filters = yield* fromAnswer(call.filters())
      return json(yield* ask(gateway, { op: "config.list", filters }))
    }),
  ),
  route("POST", "/configs/create", (call) =>
    Effect.gen(function* () {
      const spec = yield* specOf(call)
      return json(yield* ask(gateway, { op: "config.create", spec }), 201)
    }),
  ),
  route("GET", "/configs/:name", (call) =>
    Effect.map(ask(gateway, { op: "config.inspect", name: call.param("name") }), (config) => json(config)),
  ),
  route("POST", "/configs/:name/update", (call) =>
    Effect.gen(function* () {
      const spec = yield* specOf(call)
      const version = yield* fromAnswer(parseVersion("config", call.query("version") ?? ""))
      yield* ask(gateway, { op: "config.update", name: call.param("name"), version, spec })
      return nothing()
    }),
  ),
  route("DELETE", "/configs/:name", (call) =>
    Effect.as(ask(gateway, { op: "config.remove", name: call.param("name") }), nothing(204)),
  ),
]

const specOf = (call: Call) => Effect.flatMap(call.body, (body) => fromAnswer(decode({ Name: "", ...objectAt(body) })))
