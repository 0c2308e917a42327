import * as Effect from "effect/Effect"
import { type ApiError, apiError, notFound } from "../../core/errors.ts"
import { newHexId } from "../../core/id.ts"
import { toRfc3339 } from "../../core/instant.ts"
import { NetworkCreate } from "../../core/model/network.ts"
import { Random } from "../../core/random.ts"
import { networkFilterError, networkMatches } from "../manager/control/network-filters.ts"
import { swarmNetworks } from "../manager/control/networks.ts"
import { predefinedNetworks } from "../manager/control/service-networks.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway, LocalNetwork } from "./gateway.ts"
import { renderLocalNetwork } from "./local-network.ts"
import { ask } from "./manager.ts"
import { json, nothing } from "./reply.ts"
import { objectAt } from "./words.ts"

const decode = decodeWith(NetworkCreate)

/** /networks: those of the swarm and the engine's own, under one roof. */
export const networkRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/networks", (call) => list(gateway, call)),
  route("POST", "/networks/create", (call) => create(gateway, call)),
  route("GET", "/networks/:name", (call) => inspect(gateway, call)),
  route("DELETE", "/networks/:name", (call) => remove(gateway, call)),
]

const list = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const wrong = networkFilterError(filters)
  if (wrong) return yield* Effect.fail(wrong)
  // A machine that cannot ask the cluster shows what it has.
  const { networks, joinedNetworks } = gateway.local()
  const swarm = yield* Effect.catch(ask(gateway, { op: "network.list", filters }), () =>
    Effect.succeed(swarmNetworks(joinedNetworks, filters)),
  )
  const local = networks.filter((network) => networkMatches(network, filters))
  return json([...(Array.isArray(swarm) ? swarm : []), ...local.map(renderLocalNetwork)])
})

/** An engine's own network by ID or name, else the swarm's, else the engine's by the beginning of its ID. */
const inspect = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const name = call.param("name")
  const scope = call.query("scope") ?? ""
  const local = gateway.local().networks
  const own = scope === "swarm" ? undefined : exactly(local, name)
  if (own) return json(renderLocalNetwork(own))
  if (scope === "local") return yield* Effect.fail(notFound("network", name))
  return yield* Effect.catch(
    Effect.map(ask(gateway, { op: "network.inspect", name }), (network) => json(network)),
    (error) => {
      const fallback = scope === "swarm" ? predefined(local, name) : byPrefix(local, name)
      return fallback ? Effect.succeed(json(fallback)) : Effect.fail(clusterless(error, name))
    },
  )
})

const exactly = (local: ReadonlyArray<LocalNetwork>, name: string): LocalNetwork | undefined =>
  local.find(({ Id }) => Id === name) ?? local.find(({ Name }) => Name === name)

const byPrefix = (local: ReadonlyArray<LocalNetwork>, prefix: string): object | undefined => {
  const found = local.filter(({ Id }) => Id.startsWith(prefix))
  return found[0] && found.length === 1 ? renderLocalNetwork(found[0]) : undefined
}

/** Services may be put on bridge and host, so these can be had as networks of the swarm too. */
const predefined = (local: ReadonlyArray<LocalNetwork>, name: string): object | undefined => {
  const own = exactly(local, name)
  return own && predefinedNetworks.includes(own.Name) ? { ...renderLocalNetwork(own), Scope: "swarm" } : undefined
}

/** On a machine that is no manager, a network that is not there is just that. */
const clusterless = (error: ApiError, name: string): ApiError =>
  error.status === 503 ? notFound("network", name) : error

const engineOwn = [...predefinedNetworks, "docker_gwbridge"]

const localDrivers = ["bridge", "host", "ipvlan", "macvlan", "null"]

const create = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const spec = yield* fromAnswer(decode({ Name: "", ...objectAt(yield* call.body) }))
  if (spec.Name.trim() === "") return yield* Effect.fail(apiError(500, `invalid name: ${spec.Name}`))
  const driver = spec.Driver || "bridge"
  if (driver !== "overlay" && !localDrivers.includes(driver)) {
    return yield* Effect.fail(apiError(404, `plugin "${driver}" not found`))
  }
  if (exactly(gateway.local().networks, spec.Name) && !predefinedNetworks.includes(spec.Name)) {
    return yield* Effect.fail(apiError(409, `network with name ${spec.Name} already exists`))
  }
  if (driver !== "overlay" && spec.Scope !== "swarm") return yield* createLocal(gateway, { ...spec, Driver: driver })
  return json(yield* ask(gateway, { op: "network.create", spec: { ...spec, Driver: driver } }), 201)
})

/** A network of the simulated engine alone: it is there, and connects nothing. */
const createLocal = Effect.fnUntraced(function* (gateway: Gateway, spec: NetworkCreate) {
  const { engine } = gateway
  if (!engine) {
    return yield* Effect.fail(apiError(501, "networks of a single engine cannot be created here: use --driver overlay"))
  }
  const { now, networks } = gateway.local()
  const { Name, Driver = "bridge", Options = {}, Labels = {} } = spec
  const subnet = `172.${19 + (networks.length % 200)}.0`
  const network = {
    Name,
    Id: newHexId(new Random(`network ${Name} ${now}`)),
    Created: toRfc3339(now),
    Scope: "local" as const,
    Driver,
    IPAM: { Driver: "default", Config: [{ Subnet: `${subnet}.0/16`, Gateway: `${subnet}.1` }] },
    Options,
    Labels,
  }
  yield* engine.act({ op: "create-network", network })
  return json({ Id: network.Id, Warning: "" }, 201)
})

const remove = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const name = call.param("name")
  const own = exactly(gateway.local().networks, name)
  if (own && gateway.engine && !engineOwn.includes(own.Name)) {
    yield* gateway.engine.act({ op: "remove-network", id: own.Id })
    return nothing(204)
  }
  if (own) {
    const why = predefinedNetworks.includes(own.Name) ? `${own.Name} is a pre-defined network` : `${own.Name} is in use`
    return yield* Effect.fail(apiError(403, `${why} and cannot be removed`))
  }
  yield* Effect.mapError(ask(gateway, { op: "network.remove", name }), (error) => clusterless(error, name))
  return nothing(204)
})
