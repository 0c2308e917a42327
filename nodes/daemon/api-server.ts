import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { makeApp } from "../api/app.ts"
import type { Gateway } from "../api/gateway.ts"
import { type FrontOptions, makeFront } from "./api-front.ts"
import { type ApiHost, type ApiTls, type ListenError, listen } from "./api-listen.ts"
import { infoRoutes } from "./merged/info.ts"
import { networkRoutes } from "./merged/networks.ts"
import { pingRoutes } from "./merged/ping.ts"
import { versionRoutes } from "./merged/version.ts"
import type { EngineAddress } from "./proxy/engine-address.ts"

export interface ApiServerOptions {
  readonly gateway: Gateway
  readonly engine: EngineAddress
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
    const instead = [
      ...pingRoutes(gateway),
      ...versionRoutes(engine, options.drydockVersion),
      ...infoRoutes(engine, gateway),
      ...networkRoutes({ engine, gateway }),
    ]
    const app = yield* makeApp({ gateway, simulation: undefined, hosts, instead })
    const own = yield* NodeHttpServer.makeHandler(app, { scope: yield* Effect.scope })
    const front = makeFront({ engine, own, hosts, ...(answered && { answered }) })
    return yield* Effect.forEach(options.listenOn, (host) => listen(host, front, options.tls))
  })
