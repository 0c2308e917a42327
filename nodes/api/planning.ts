import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Answer, refuse } from "../../core/errors.ts"
import { ConfigSpec } from "../../core/model/config.ts"
import { NetworkCreate } from "../../core/model/network.ts"
import { NodeSpec } from "../../core/model/node.ts"
import { SecretSpec } from "../../core/model/secret.ts"
import type { Planned } from "../manager/control/request.ts"
import { fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { json } from "./reply.ts"
import { decodeServiceSpec } from "./service-body.ts"

/** /drydock/explain, capacity, rebalance and plan: what would be, before it is. */
export const planningRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/drydock/explain/:name", (call) =>
    Effect.map(ask(gateway, { op: "explain", name: call.param("name") }), (found) => json(found)),
  ),
  route("GET", "/drydock/capacity", (call) =>
    Effect.map(ask(gateway, { op: "capacity", service: call.query("service") }), (found) => json(found)),
  ),
  route("POST", "/drydock/rebalance", (call) =>
    Effect.map(
      ask(gateway, { op: "rebalance", moves: Number(call.query("moves") ?? 10), dryRun: call.flag("dryRun") }),
      (found) => json(found),
    ),
  ),
  route("POST", "/drydock/plan", (call) =>
    Effect.gen(function* () {
      const { Changes } = yield* fromAnswer(decodeChanges(yield* call.body))
      const requests = yield* Effect.forEach(Changes, (change) => fromAnswer(plannedRequest(change)))
      return json(yield* ask(gateway, { op: "plan", requests }))
    }),
  ),
]

/** Requests of the Engine API as a client would send them. */
const Change = Schema.Struct({
  Method: Schema.Literals(["POST", "DELETE"]),
  Path: Schema.String,
  Query: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  Body: Schema.optionalKey(Schema.Unknown),
})
interface Change extends Schema.Schema.Type<typeof Change> {}

const decodeChanges = decodeWith(Schema.Struct({ Changes: Schema.Array(Change) }))
const decodeNode = decodeWith(NodeSpec)
const decodeNetwork = decodeWith(NetworkCreate)
const decodeSecret = decodeWith(SecretSpec)
const decodeConfig = decodeWith(ConfigSpec)

function plannedRequest({ Method, Path, Query = {}, Body }: Change): Answer<Planned> {
  const [kind = "", encoded = "", verb = ""] = Path.replace(/^\//, "").split("/")
  const name = decodeURIComponent(encoded)
  const version = Number(Query.version ?? Number.NaN)
  const fields = Predicate.isObject(Body) ? Body : {}
  switch (`${Method} ${kind} ${encoded === "create" && verb === "" ? "create" : verb}`) {
    case "POST services create":
      return Result.map(decodeServiceSpec(Body), (spec) => ({ op: "service.create", spec }))
    case "POST services update": {
      const rollback = Query.rollback === "previous"
      return Result.map(decodeServiceSpec(Body), (spec) => ({ op: "service.update", name, version, spec, rollback }))
    }
    case "DELETE services ":
      return Result.succeed({ op: "service.remove", name })
    case "POST nodes update":
      return Result.map(decodeNode({ Labels: {}, ...fields }), (spec) => ({ op: "node.update", name, version, spec }))
    case "POST networks create":
      return Result.map(decodeNetwork({ Name: "", Driver: "overlay", ...fields }), (spec) => ({
        op: "network.create",
        spec,
      }))
    case "DELETE networks ":
      return Result.succeed({ op: "network.remove", name })
    case "POST secrets create":
      return Result.map(decodeSecret({ Name: "", ...fields }), (spec) => ({ op: "secret.create", spec }))
    case "POST configs create":
      return Result.map(decodeConfig({ Name: "", ...fields }), (spec) => ({ op: "config.create", spec }))
    default:
      return refuse(400, `${Method} ${Path} cannot be planned`)
  }
}
