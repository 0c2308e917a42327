import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type ApiError, apiError, notFound } from "../../../core/errors.ts"
import { NetworkCreate } from "../../../core/model/network.ts"
import { type Call, fromAnswer, type Route, route } from "../../api/call.ts"
import { decodeWith } from "../../api/decode.ts"
import type { Gateway } from "../../api/gateway.ts"
import { ask } from "../../api/manager.ts"
import { json, nothing } from "../../api/reply.ts"
import { type Json, objectAt } from "../../api/words.ts"
import { swarmNetworks } from "../../manager/control/networks.ts"
import { predefinedNetworks } from "../../manager/control/service-networks.ts"
import { askEngine, askEngineFor, messageOf } from "../engine-client.ts"
import type { EngineAddress } from "../proxy/engine-address.ts"

/** The bridge that stands for a swarm's network on one engine carries that network's ID under this label. */
export const swarmNetworkLabel = "com.docker.swarm.network.id"

interface Both {
  readonly engine: EngineAddress
  readonly gateway: Gateway
}

/** /networks: the engine's own and the swarm's, under one roof. The bridges that swarm networks are made of stay out of sight. */
export const networkRoutes = (both: Both): ReadonlyArray<Route> => [
  route("GET", "/networks", (call) => list(both, call)),
  route("POST", "/networks/create", (call) => create(both, call)),
  route("GET", "/networks/:name", (call) => inspect(both, call)),
  route("DELETE", "/networks/:name", (call) => remove(both, call)),
]

const list = Effect.fnUntraced(function* ({ engine, gateway }: Both, call: Call) {
  const query = call.query("filters")
  const filtered = query === undefined ? "" : `?filters=${encodeURIComponent(query)}`
  const own = yield* askEngineFor(engine, { path: `/networks${filtered}` })
  const filters = yield* Effect.mapError(fromAnswer(call.filters()), (error) => apiError(500, error.message))
  // A machine that cannot ask the cluster shows what it has.
  const swarm = yield* Effect.catch(ask(gateway, { op: "network.list", filters }), () =>
    Effect.succeed(swarmNetworks(gateway.local().joinedNetworks, filters)),
  )
  return json([...objects(swarm), ...objects(own).filter((network) => swarmNetworkOf(network) === undefined)])
})

/** An engine's own network by ID or name, else the swarm's, else the engine's by the beginning of its ID. */
const inspect = Effect.fnUntraced(function* ({ engine, gateway }: Both, call: Call) {
  const name = call.param("name")
  const scope = call.query("scope") ?? ""
  const local = yield* localNetwork(engine, name, call)
  if (local && scope !== "swarm" && isExactly(local, name)) return json(local)
  if (scope === "local") return local ? json(local) : yield* Effect.fail(notFound("network", name))
  return yield* Effect.matchEffect(ask(gateway, { op: "network.inspect", name }), {
    onSuccess: (network) => Effect.map(withContainers(engine, network), (whole) => json(whole)),
    onFailure: (error) => {
      // Services may be put on bridge and host, so these can be had as networks of the swarm too.
      if (local && scope !== "swarm") return Effect.succeed(json(local))
      if (local && predefinedNetworks.includes(String(local.Name)))
        return Effect.succeed(json({ ...local, Scope: "swarm" }))
      return Effect.fail(error.status === 503 ? notFound("network", name) : error)
    },
  })
})

const create = Effect.fnUntraced(function* ({ engine, gateway }: Both, call: Call) {
  const body = objectAt(yield* call.body)
  const spec = yield* fromAnswer(decode({ Name: "", ...body }))
  if (spec.Name.trim() === "") return yield* Effect.fail(apiError(500, `invalid name: ${spec.Name}`))
  if (spec.Driver === "overlay" || spec.Scope === "swarm") {
    const known = yield* localNetwork(engine, spec.Name)
    if (known?.Name === spec.Name && !predefinedNetworks.includes(spec.Name)) return yield* taken(spec.Name)
    return json(yield* ask(gateway, { op: "network.create", spec: { ...spec, Driver: spec.Driver || "overlay" } }), 201)
  }
  // One name, one network, whichever of the two it belongs to.
  const inSwarm = yield* swarmNetworkNamed(gateway, spec.Name)
  if (inSwarm) return yield* taken(spec.Name)
  const answer = yield* askEngine(engine, { method: "POST", path: "/networks/create", body })
  if (answer.status >= 400) return yield* Effect.fail(apiError(answer.status, messageOf(answer.body)))
  return json(answer.body, answer.status)
})

const remove = Effect.fnUntraced(function* ({ engine, gateway }: Both, call: Call) {
  const name = call.param("name")
  const local = yield* localNetwork(engine, name)
  const asked = local && !isExactly(local, name) ? yield* swarmNetworkNamed(gateway, name) : undefined
  if (local && !asked) {
    yield* askEngineFor(engine, { method: "DELETE", path: `/networks/${encodeURIComponent(name)}` })
    return nothing(204)
  }
  yield* Effect.mapError(ask(gateway, { op: "network.remove", name }), (error) =>
    error.status === 503 ? notFound("network", name) : error,
  )
  return nothing(204)
})

const decode = decodeWith(NetworkCreate)

const taken = (name: string) => Effect.fail(apiError(409, `network with name ${name} already exists`))

/** The engine's own network, found as the engine finds it; undefined when there is none. */
const localNetwork = (engine: EngineAddress, name: string, call?: Call): Effect.Effect<Json | undefined, ApiError> => {
  const verbose = call?.flag("verbose") ? "?verbose=true" : ""
  return Effect.flatMap(askEngine(engine, { path: `/networks/${encodeURIComponent(name)}${verbose}` }), (answer) => {
    if (answer.status === 404) return Effect.succeed(undefined)
    if (answer.status >= 400) return Effect.fail(apiError(answer.status, messageOf(answer.body)))
    const network = objectAt(answer.body)
    return Effect.succeed(swarmNetworkOf(network) === undefined ? network : undefined)
  })
}

const isExactly = (network: Json, name: string): boolean => network.Id === name || network.Name === name

const swarmNetworkNamed = (gateway: Gateway, name: string): Effect.Effect<boolean> =>
  Effect.match(ask(gateway, { op: "network.inspect", name }), {
    onFailure: () => false,
    onSuccess: (network) => objectAt(network).Name === name || objectAt(network).Id === name,
  })

/** The containers that this engine has on a swarm's network, from the bridge that stands for it. */
const withContainers = (engine: EngineAddress, network: unknown): Effect.Effect<unknown> => {
  const { Id } = objectAt(network)
  if (typeof Id !== "string") return Effect.succeed(network)
  const filters = encodeURIComponent(JSON.stringify({ label: [`${swarmNetworkLabel}=${Id}`] }))
  return Effect.gen(function* () {
    const bridges = objects(yield* askEngineFor(engine, { path: `/networks?filters=${filters}` }))
    const found: Array<Json> = []
    for (const bridge of bridges) {
      found.push(objectAt(yield* askEngineFor(engine, { path: `/networks/${String(bridge.Id)}` }), "Containers"))
    }
    if (found.length === 0) return network
    return { ...objectAt(network), Containers: Object.assign({}, ...found) }
  }).pipe(Effect.catch(() => Effect.succeed(network)))
}

/** The ID of the swarm's network that one of the engine's stands for; undefined: it is the engine's own. */
export function swarmNetworkOf(network: Json): string | undefined {
  const label = objectAt(network, "Labels")[swarmNetworkLabel]
  return typeof label === "string" ? label : undefined
}

const objects = (value: unknown): ReadonlyArray<Json> =>
  Array.isArray(value) ? value.filter(Predicate.isObject).map((one) => objectAt(one)) : []
