import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import { callOnce } from "./client.ts"
import { EngineError } from "./error.ts"

/**
 * Pulls as Swarm does: an image that is named by its ID, or by a digest and is there, needs no registry; everything else is asked for each time, so
 * that a tag follows its registry.
 */
export function pullImage(docker: Docker, image: string, auth: string | undefined): Effect.Effect<void, EngineError> {
  if (/^sha256:[0-9a-f]{64}$/.test(image)) return Effect.void
  if (!image.includes("@")) return fetchImage(docker, image, auth)
  return callOnce(() => docker.getImage(image).inspect()).pipe(
    Effect.asVoid,
    Effect.catch(() => fetchImage(docker, image, auth)),
  )
}

const fetchImage = (docker: Docker, image: string, auth: string | undefined): Effect.Effect<void, EngineError> =>
  callOnce(() =>
    docker.createImage(auth === undefined ? undefined : { base64: auth }, { fromImage: tagged(image) }),
  ).pipe(Effect.flatMap(progressEnd))

/** Without a tag all of them would come. */
function tagged(image: string): string {
  if (image.includes("@")) return image
  return image.slice(image.lastIndexOf("/") + 1).includes(":") ? image : `${image}:latest`
}

/** The progress is told as JSON objects; the last one says whether it failed. */
const progressEnd = (stream: NodeJS.ReadableStream): Effect.Effect<void, EngineError> =>
  Effect.tryPromise({
    try: async () => {
      let rest = ""
      for await (const chunk of stream) {
        const lines = (rest + chunk.toString()).split("\n")
        // A line that never ends is none of the engine's.
        rest = (lines.pop() ?? "").slice(-100_000)
        for (const line of lines) throwIfError(line)
      }
      throwIfError(rest)
    },
    catch: (error) => new EngineError({ message: error instanceof Error ? error.message : String(error), status: 500 }),
  })

function throwIfError(line: string): void {
  if (!line.includes('"error"')) return
  const told: unknown = JSON.parse(line)
  if (typeof told === "object" && told !== null && "error" in told && typeof told.error === "string")
    throw new Error(told.error)
}
