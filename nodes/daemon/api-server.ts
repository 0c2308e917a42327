import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type * as Scope from "effect/Scope"
import { makeApp } from "../api/app.ts"
import type { Gateway } from "../api/gateway.ts"
import { splitVersion } from "../api/protocol-version.ts"
import { type FrontOptions, makeFront } from "./api-front.ts"
import { type ApiHost, type ApiTls, type ListenError, listen } from "./api-listen.ts"
import type { EngineState } from "./engine-state.ts"
import { type AttachOptions, inEngineNames, namesNetworks } from "./merged/attach.ts"
import { eventRoutes } from "./merged/events.ts"
import { infoRoutes } from "./merged/info.ts"
import { networkRoutes } from "./merged/networks.ts"
import { pingRoutes } from "./merged/ping.ts"
import { versionRoutes } from "./merged/version.ts"

export interface ApiServerOptions {
  readonly gateway: Gateway
  readonly engine: EngineState
  /** For containers that are put on networks of the cluster by hand; absent where the engine cannot. */
  readonly attach?: Pick<AttachOptions, "known" | "hold">
  readonly listenOn: ReadonlyArray<ApiHost>
  readonly tls?: ApiTls
  /** Further names by which clients may call in their Host header. */
  readonly hosts: ReadonlyArray<string>
  readonly drydockVersion: string
  readonly answered?: FrontOptions["answered"]
}

/** Serves the whole Engine API until the scope ends. The results are the addresses as DOCKER_HOST has them, in the order asked for. */
export const serveApi: (options: ApiServerOptions) => Effect.Effect<ReadonlyArray<string>, ListenError, Scope.Scope> =
  Effect.fnUntraced(function* (options) {
    const { gateway, engine, hosts, answered } = options
    const { address } = engine
    const instead = [
      ...pingRoutes(engine, gateway),
      ...versionRoutes(address, options.drydockVersion),
      ...infoRoutes(address, gateway),
      ...networkRoutes({ engine: address, gateway }),
      ...eventRoutes(address, gateway),
    ]
    const app = yield* makeApp({ gateway, simulation: undefined, hosts, instead })
    const prepared = Effect.andThen(prepare(engine), app)
    const own = yield* NodeHttpServer.makeHandler(prepared, { scope: yield* Effect.scope })
    const attach = options.attach && { ...options.attach, engine: address, gateway }
    const front = makeFront({
      engine: address,
      own,
      hosts,
      ...(attach && { changed: { when: namesNetworks, change: inEngineNames(attach) } }),
      ...(answered && { answered }),
    })
    return yield* Effect.forEach(options.listenOn, (host) => listen(host, front, options.tls))
  })

/** Services may name the engine's own networks: these are looked at before a service is taken. */
const prepare = (engine: EngineState): Effect.Effect<void, never, HttpServerRequest> =>
  Effect.flatMap(HttpServerRequest, ({ method, url }) =>
    method === "POST" && /^\/services\/[^/?]+(\/update)?(\?|$)/.test(splitVersion(url).url)
      ? engine.refreshNetworks
      : Effect.void,
  )
