import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import { NodeSpec } from "../../core/model/node.ts"
import { fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { parseVersion } from "./object-version.ts"
import { json, nothing } from "./reply.ts"
import { inTurn, type Json, objectAt, withWord } from "./words.ts"

/** /nodes. */
export const nodeRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/nodes", (call) =>
    Effect.gen(function* () {
      const filters = yield* fromAnswer(call.filters())
      return json(yield* ask(gateway, { op: "node.list", filters }))
    }),
  ),
  route("GET", "/nodes/:name", (call) =>
    Effect.map(ask(gateway, { op: "node.inspect", name: call.param("name") }), (node) => json(node)),
  ),
  route("POST", "/nodes/:name/update", (call) =>
    Effect.gen(function* () {
      const spec = yield* fromAnswer(decodeNodeSpec(yield* call.body))
      const version = yield* fromAnswer(parseVersion("node", call.query("version") ?? ""))
      yield* ask(gateway, { op: "node.update", name: call.param("name"), version, spec })
      return nothing()
    }),
  ),
  route("DELETE", "/nodes/:name", (call) =>
    Effect.as(ask(gateway, { op: "node.remove", name: call.param("name"), force: call.flag("force") }), nothing()),
  ),
]

const decode = decodeWith(NodeSpec)

const decodeNodeSpec = (body: unknown): Answer<NodeSpec> => Result.flatMap(completed(objectAt(body)), decode)

const completed = (body: Json): Answer<Json> =>
  Result.map(
    inTurn(
      body,
      (spec) =>
        withWord(spec, {
          key: "Role",
          words: ["worker", "manager"],
          anyCase: true,
          refusal: (word) => `invalid Role: "${word}"`,
        }),
      (spec) =>
        withWord(spec, {
          key: "Availability",
          words: ["active", "pause", "drain"],
          anyCase: true,
          refusal: (word) => `invalid Availability: "${word}"`,
        }),
    ),
    (spec) => ({ Role: "worker", Availability: "active", ...spec, Labels: objectAt(spec, "Labels") }),
  )
