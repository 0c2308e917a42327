import * as Effect from "effect/Effect"
import { type ApiError, apiError } from "../../../core/errors.ts"
import type { Network } from "../../../core/model/network.ts"
import type { Gateway } from "../../api/gateway.ts"
import { ask } from "../../api/manager.ts"
import { splitVersion } from "../../api/protocol-version.ts"
import { type Json, objectAt } from "../../api/words.ts"
import type { Held } from "../../engine/docker/networks.ts"
import { askEngine } from "../engine-client.ts"
import type { EngineAddress } from "../proxy/engine-address.ts"
import { swarmNetworkOf } from "./networks.ts"

export interface AttachOptions {
  readonly engine: EngineAddress
  readonly gateway: Gateway
  /** The cluster's networks as this node knows them: all of them on a manager, those it is on elsewhere. */
  readonly known: () => ReadonlyArray<Network>
  /** The engine's network that stands for one of the cluster. */
  readonly hold: (network: Network) => Effect.Effect<Held, ApiError>
}

/** A request to the engine in which networks of the cluster may be named. */
export interface Naming {
  /** With version and query. */
  readonly url: string
  readonly body: unknown
}

/** The same in the engine's names. What it needs of the engine stays until `release` is called. */
export interface Named extends Naming {
  readonly release: () => void
}

const connecting = /^\/networks\/([^/]+)\/(connect|disconnect)$/

/** Whether networks of the cluster may be named in it: containers that are made, connected and disconnected by hand. */
export const namesNetworks = (method: string, url: string): boolean => {
  const path = pathOf(url)
  return method === "POST" && (path === "/containers/create" || connecting.test(path))
}

/** Puts the engine's names in place of those of the cluster's networks. */
export const inEngineNames =
  (options: AttachOptions) =>
  ({ url, body }: Naming): Effect.Effect<Named, ApiError> => {
    const [, segment = "", verb] = connecting.exec(pathOf(url)) ?? []
    const asked = objectAt(body)
    const wanted = verb === undefined ? networksIn(asked) : [decodeURIComponent(segment)]
    return Effect.gen(function* () {
      const names = new Map<string, string>()
      const releases: Array<() => void> = []
      const release = () => {
        for (const one of releases.splice(0)) one()
      }
      for (const name of new Set(wanted)) {
        const held = yield* Effect.tapError(standIn(options, name), () => Effect.sync(release))
        if (held === undefined) continue
        names.set(name, held.name)
        releases.push(held.release)
      }
      if (names.size === 0) return { url, body, release }
      if (verb === undefined) return { url, body: renamed(asked, names), release }
      const own = names.get(decodeURIComponent(segment)) ?? segment
      return { url: url.replace(`/networks/${segment}/`, `/networks/${encodeURIComponent(own)}/`), body, release }
    })
  }

const pathOf = (url: string): string => splitVersion(url).url.split("?", 1)[0] ?? "/"

const enginesOwn = /^(|default|bridge|host|none|container:.*)$/

function networksIn(body: Json): ReadonlyArray<string> {
  const mode = objectAt(body, "HostConfig").NetworkMode
  const endpoints = Object.keys(objectAt(body, "NetworkingConfig", "EndpointsConfig"))
  return [...(typeof mode === "string" ? [mode] : []), ...endpoints].filter((name) => !enginesOwn.test(name))
}

function renamed(body: Json, names: ReadonlyMap<string, string>): Json {
  const host = objectAt(body, "HostConfig")
  const networking = objectAt(body, "NetworkingConfig")
  const endpoints = Object.entries(objectAt(networking, "EndpointsConfig"))
  const of = (name: unknown) => (typeof name === "string" ? (names.get(name) ?? name) : name)
  return {
    ...body,
    HostConfig: { ...host, ...("NetworkMode" in host && { NetworkMode: of(host.NetworkMode) }) },
    ...("NetworkingConfig" in body && {
      NetworkingConfig: {
        ...networking,
        EndpointsConfig: Object.fromEntries(endpoints.map(([name, endpoint]) => [of(name), endpoint])),
      },
    }),
  }
}

/** Undefined: no network of the cluster is meant, the engine will know. */
const standIn = (options: AttachOptions, name: string): Effect.Effect<Held | undefined, ApiError> =>
  Effect.gen(function* () {
    const { engine } = options
    const answer = yield* askEngine(engine, { path: `/networks/${encodeURIComponent(name)}` })
    const local = answer.status < 400 ? objectAt(answer.body) : undefined
    const own = local && swarmNetworkOf(local) === undefined && (local.Id === name || local.Name === name)
    if (own) return undefined
    const network = yield* swarmNetwork(options, name)
    if (!network) return undefined
    if (network.Spec.Attachable !== true)
      return yield* Effect.fail(
        apiError(
          500,
          `Could not attach to network ${name}: rpc error: code = PermissionDenied desc = network ${network.Spec.Name} not manually attachable`,
        ),
      )
    return yield* options.hold(network)
  })

/** How long a manager may lag behind the leader's word. */
const lag_ms = 2_000

const swarmNetwork = ({ gateway, known }: AttachOptions, name: string): Effect.Effect<Network | undefined> =>
  Effect.gen(function* () {
    const here = () => known().find(({ ID, Spec }) => ID === name || Spec.Name === name)
    const inspected = yield* Effect.match(ask(gateway, { op: "network.inspect", name }), {
      onFailure: ({ status }) => ({ id: undefined, status }),
      onSuccess: (network) => ({ id: objectAt(network).Id, status: 200 }),
    })
    if (inspected.status === 404) return undefined
    // A node that cannot ask the cluster goes by what it knows.
    if (inspected.id === undefined) return here()
    for (let waited = 0; waited < lag_ms; waited += 50) {
      const found = known().find(({ ID }) => ID === inspected.id)
      if (found) return found
      yield* Effect.sleep("50 millis")
    }
    return undefined
  })
