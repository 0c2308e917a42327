import * as Effect from "effect/Effect"
import { apiError } from "../../core/errors.ts"
import { imageReferenceError } from "../manager/control/image-reference.ts"
import { type Call, type Route, route } from "./call.ts"
import { engine } from "./engine.ts"
import type { Gateway } from "./gateway.ts"
import { json, pageNotFound } from "./reply.ts"

/** GET /distribution/{image}/json. Images have slashes in their names, so the route takes the rest of the path. */
export const distributionRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/distribution/*", (call) => inspect(gateway, call)),
]

const inspect = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const rest = call.param("*")
  if (!rest.endsWith("/json")) return pageNotFound
  const image = rest.slice(0, -"/json".length)
  const error = imageReferenceError(image)
  if (error) return yield* Effect.fail(apiError(400, error))
  if (!gateway.digest) return yield* Effect.fail(apiError(500, noRegistry))
  const digest = yield* gateway.digest(image)
  const platform = { architecture: engine.goArchitecture, os: "linux" }
  return json({ Descriptor: { MediaType: manifestType, Digest: digest, Size: 0 }, Platforms: [platform] })
})

const manifestType = "application/vnd.docker.distribution.manifest.v2+json"

/** What an engine without a way to the world answers; the docker CLI only warns. */
const noRegistry =
  'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: connect: network is unreachable'
