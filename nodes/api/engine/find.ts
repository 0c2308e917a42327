import * as Effect from "effect/Effect"
import { type ApiError, apiError } from "../../../core/errors.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import { familiarName, type SimulatedImage } from "../../engine/simulated/images.ts"
import type { LocalEngine } from "./local-engine.ts"

/** By its ID, its name, or the beginning of its ID. Errors: 404; 400 when several begin so. `prefix` goes before the engine's words. */
export function findContainer(
  engine: LocalEngine,
  name: string,
  prefix = "",
): Effect.Effect<SimulatedContainer, ApiError> {
  const containers = engine.containers()
  const bare = name.replace(/^\//, "")
  const exact = containers.find(({ Id }) => Id === bare) ?? containers.find(({ Name }) => Name === bare)
  if (exact) return Effect.succeed(exact)
  const found = containers.filter(({ Id }) => Id.startsWith(bare))
  if (found.length > 1) return Effect.fail(apiError(400, `${prefix}Multiple IDs found with provided prefix: ${bare}`))
  const [only] = found
  return only ? Effect.succeed(only) : Effect.fail(apiError(404, `${prefix}No such container: ${name}`))
}

/** By its reference, its ID or the beginning of that. */
export function findImage(engine: LocalEngine, name: string): Effect.Effect<SimulatedImage, ApiError> {
  const images = engine.images()
  const hex = name.replace(/^sha256:/, "")
  const found =
    images.find(({ Reference }) => Reference === familiarName(name)) ??
    (/^[0-9a-f]{4,64}$/.test(hex) ? images.find(({ Id }) => Id.slice(7).startsWith(hex)) : undefined)
  if (found) return Effect.succeed(found)
  return Effect.fail(apiError(404, `no such image: ${name}: No such image: ${familiarName(name)}`))
}
