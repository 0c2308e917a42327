import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type { ServeError } from "effect/http/HttpServerError"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { makeApp } from "./app.ts"
import { ClusterGateway, SimulationGateway } from "./gateway.ts"

export interface ApiOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** Where to listen; loopback unless said otherwise. */
  readonly host?: string
  /** Further names by which clients may call this server in their Host header. */
  readonly hosts?: ReadonlyArray<string>
  /** False for what is to get no answer at all, the connection being cut: how a simulated machine that is down answers. Default: true. */
  readonly answers?: (path: string) => boolean
}

/** Where an API server listens. */
export interface ApiAddress {
  readonly host: string
  readonly port: number
}

/**
 * Serves the Docker Engine API of one machine until the scope ends: from then on connections are refused, and those that were open are cut,
 * as when the machine stops. Any number of servers can run in one process, each with its own gateway.
 */
export const makeApi: (options: ApiOptions) => Effect.Effect<ApiAddress, ServeError, ClusterGateway | Scope.Scope> =
  Effect.fnUntraced(function* (options) {
    const gateway = yield* ClusterGateway
    const simulation = Option.getOrUndefined(yield* Effect.serviceOption(SimulationGateway))
    const node = createServer({ keepAliveTimeout: 60_000 })
    const { answers } = options
    if (answers) node.on("request", (request) => answers(request.url ?? "/") || request.socket.destroy())
    const host = options.host ?? "127.0.0.1"
    const server = yield* NodeHttpServer.make(() => node, { port: options.port, host })
    yield* server.serve(yield* makeApp({ gateway, simulation, hosts: options.hosts ?? [] }))
    // Last in, first out: without this the server would wait for its clients to finish.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        node.close()
        node.closeAllConnections()
      }),
    )
    const bound = node.address()
    return { host, port: typeof bound === "object" && bound !== null ? bound.port : options.port }
  })
