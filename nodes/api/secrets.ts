import * as Effect from "effect/Effect"
import { SecretSpec } from "../../core/model/secret.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { parseVersion } from "./object-version.ts"
import { json, nothing } from "./reply.ts"
import { objectAt } from "./words.ts"

const decode = decodeWith(SecretSpec)

/** /secrets. */
export const secretRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/secrets", (call) =>
    Effect.gen(function* () {
      const filters = yield* fromAnswer(call.filters())
      return json(yield* ask(gateway, { op: "secret.list", filters }))
    }),
  ),
  route("POST", "/secrets/create", (call) =>
    Effect.gen(function* () {
      const spec = yield* specOf(call)
      return json(yield* ask(gateway, { op: "secret.create", spec }), 201)
    }),
  ),
  route("GET", "/secrets/:name", (call) =>
    Effect.map(ask(gateway, { op: "secret.inspect", name: call.param("name") }), (secret) => json(secret)),
  ),
  route("POST", "/secrets/:name/update", (call) =>
    Effect.gen(function* () {
      const spec = yield* specOf(call)
      const version = yield* fromAnswer(parseVersion("secret", call.query("version") ?? ""))
      yield* ask(gateway, { op: "secret.update", name: call.param("name"), version, spec })
      return nothing()
    }),
  ),
  route("DELETE", "/secrets/:name", (call) =>
    Effect.as(ask(gateway, { op: "secret.remove", name: call.param("name") }), nothing(204)),
  ),
]

const specOf = (call: Call) => Effect.flatMap(call.body, (body) => fromAnswer(decode({ Name: "", ...objectAt(body) })))
