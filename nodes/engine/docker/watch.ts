import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import type { Health } from "../engine.ts"
import { callOnce } from "./client.ts"
import type { EngineError } from "./error.ts"
import { healthOf } from "./summary.ts"

/** What the engine says of a container by itself. */
export type Happening =
  | { readonly type: "died"; readonly containerId: string; readonly exitCode: number }
  | { readonly type: "health"; readonly containerId: string; readonly health: Health }

export interface Watcher {
  readonly happened: (happening: Happening) => void
  /** What may have been missed: called each time that events flow (again). */
  readonly catchUp: Effect.Effect<void, EngineError>
}

const pause = "200 millis"

/** Follows the events of a node's containers for ever; a stream that breaks is opened again. */
export const watchEvents = (docker: Docker, label: string, watcher: Watcher): Effect.Effect<never> => {
  const filters = JSON.stringify({ type: ["container"], event: ["die", "health_status"], label: [label] })
  return callOnce(() => docker.getEvents({ filters })).pipe(
    Effect.flatMap((stream) =>
      Effect.raceFirst(follow(stream, watcher), Effect.andThen(watcher.catchUp, Effect.never)),
    ),
    Effect.ignore,
    Effect.andThen(Effect.sleep(pause)),
    Effect.forever,
  )
}

/** Until the stream ends, however it does. */
const follow = (stream: NodeJS.ReadableStream, { happened }: Watcher): Effect.Effect<void> =>
  Effect.callback((resume) => {
    let rest = ""
    stream.setEncoding("utf8")
    stream.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        const happening = happeningOf(line)
        if (happening !== undefined) happened(happening)
      }
    })
    for (const end of ["end", "error", "close"]) stream.on(end, () => resume(Effect.void))
    return Effect.sync(() => {
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy()
    })
  })

/** {"Type":"container","Action":"die","Actor":{"ID":..,"Attributes":{"exitCode":"3"}}}, or Action "health_status: healthy". */
export function happeningOf(line: string): Happening | undefined {
  if (line.trim() === "") return undefined
  const event: EngineMessage = JSON.parse(line)
  const containerId = event.Actor?.ID
  if (containerId === undefined) return undefined
  if (event.Action === "die")
    return { type: "died", containerId, exitCode: Number(event.Actor?.Attributes?.exitCode ?? 0) }
  const health = healthOf(event.Action?.match(/^health_status: (\w+)$/)?.[1])
  return health === undefined ? undefined : { type: "health", containerId, health }
}

interface EngineMessage {
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: { readonly exitCode?: string } }
}
