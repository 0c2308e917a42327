import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import type { EngineError } from "./error.ts"
import { pullImage } from "./pull.ts"

/** Pulls under way: fifty tasks of one image ask the registry once. */
export class Pulls {
  readonly #docker: Docker
  readonly #going = new Map<string, Effect.Effect<void, EngineError>>()

  constructor(docker: Docker) {
    this.#docker = docker
  }

  pull(image: string, auth: string | undefined): Effect.Effect<void, EngineError> {
    const key = JSON.stringify([image, auth])
    const once = pullImage(this.#docker, image, auth).pipe(Effect.ensuring(Effect.sync(() => this.#going.delete(key))))
    return Effect.suspend(() => {
      const going = this.#going.get(key)
      if (going !== undefined) return going
      return Effect.flatMap(Effect.cached(once), (shared) => {
        this.#going.set(key, shared)
        return shared
      })
    })
  }
}
