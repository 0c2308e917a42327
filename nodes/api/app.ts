import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerError } from "effect/http/HttpServerError"
import { HttpServerRequest, MaxBodySize } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import { limits } from "../../core/limits.ts"
import { accessError } from "./access.ts"
import type { Route } from "./call.ts"
import { configRoutes } from "./configs.ts"
import { distributionRoutes } from "./distribution.ts"
import { drydockRoutes, statusRoutes } from "./drydock.ts"
import { localEngineRoutes } from "./engine/routes.ts"
import { eventRoutes } from "./events.ts"
import type { Gateway, Simulation } from "./gateway.ts"
import { infoRoutes } from "./info.ts"
import { ApiLevel } from "./level.ts"
import { logRoutes } from "./logs.ts"
import { networkRoutes } from "./networks.ts"
import { nodeRoutes } from "./nodes.ts"
import { pingRoutes } from "./ping.ts"
import { planningRoutes } from "./planning.ts"
import { apiVersion, isTooOld, splitVersion, versionError } from "./protocol-version.ts"
import { failure, json, pageNotFound, plain, withEngineHeaders } from "./reply.ts"
import { secretRoutes } from "./secrets.ts"
import { serviceRoutes } from "./services.ts"
import { swarmRoutes } from "./swarm.ts"
import { taskRoutes } from "./tasks.ts"
import { versionRoutes } from "./version.ts"

export interface AppOptions {
  readonly gateway: Gateway
  readonly simulation: Simulation | undefined
  readonly hosts: ReadonlyArray<string>
  /** Routes that stand in for those of the same method and path: where a real engine has a say, too. */
  readonly instead?: ReadonlyArray<Route>
}

type App = Effect.Effect<HttpServerResponse, never, HttpServerRequest | Scope.Scope>

/** The whole API as one function from request to response; it never fails. */
export const makeApp = Effect.fnUntraced(function* (options: AppOptions) {
  const router = yield* Effect.provideService(HttpRouter.make, HttpRouter.RouterConfig, exactly)
  yield* router.addAll(routes(options))
  const routed = router.asHttpEffect()
  const app: App = Effect.gen(function* () {
    const request = yield* HttpServerRequest
    const refused = accessError(request.headers, options.hosts)
    if (refused) return failure(refused)
    const { version, url } = splitVersion(request.url)
    const highest = options.gateway.local().apiVersion ?? apiVersion
    const wrong = version === undefined ? undefined : versionError(version, highest)
    if (wrong) return isTooOld(version ?? "") ? plain(`${wrong.message}\n`, wrong.status) : failure(wrong)
    // The router would answer HEAD like GET; an engine knows HEAD only where it is a route.
    if (request.method === "HEAD" && !url.startsWith("/_ping")) return pageNotFound
    return yield* routed.pipe(
      Effect.provideService(HttpServerRequest, request.modify({ url })),
      Effect.provideService(ApiLevel, version ?? highest),
    )
  }).pipe(Effect.catchCause(fallback))
  return Effect.map(limited(app), (response) => withEngineHeaders(response, options.gateway.local()))
})

/** `/services/` is no service, and a name may be as long as names can get; longer ones are no page. */
const exactly = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, maxParamLength: 1_000 }

const limited = (app: App): App => Effect.provideService(app, MaxBodySize, ByteSize.bytes(limits.requestBodyBytes))

const routes = (options: AppOptions): ReadonlyArray<Route> => {
  const { instead = [] } = options
  const replaced = new Set(instead.map(({ method, path }) => `${method} ${path}`))
  return [...ownRoutes(options).filter(({ method, path }) => !replaced.has(`${method} ${path}`)), ...instead]
}

const ownRoutes = ({ gateway, simulation }: AppOptions): ReadonlyArray<Route> => [
  ...pingRoutes(gateway),
  ...versionRoutes(gateway),
  ...infoRoutes(gateway),
  ...nodeRoutes(gateway),
  ...serviceRoutes(gateway),
  ...taskRoutes(gateway),
  ...networkRoutes(gateway),
  ...secretRoutes(gateway),
  ...configRoutes(gateway),
  ...swarmRoutes(gateway),
  ...distributionRoutes(gateway),
  ...eventRoutes(gateway),
  ...logRoutes(gateway),
  ...(gateway.engine ? localEngineRoutes(gateway, gateway.engine) : []),
  ...planningRoutes(gateway),
  ...(simulation ? drydockRoutes(simulation) : gateway.status ? statusRoutes(gateway.status) : []),
]

/** No route, or a defect: the one is the client's business, the other is logged and told as 500. */
function fallback(cause: Cause.Cause<unknown>): Effect.Effect<HttpServerResponse> {
  const error = Cause.squash(cause)
  if (error instanceof HttpServerError && error.reason._tag === "RouteNotFound") return Effect.succeed(pageNotFound)
  if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
  return Effect.as(Effect.logError("request failed", cause), json({ message: "internal error" }, 500))
}
