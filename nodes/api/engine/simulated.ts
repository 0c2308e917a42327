import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import type { SimulatedEngine } from "../../engine/simulated/engine.ts"
import type { LogEntry } from "../../log-entry.ts"
import type { ContainerLogOptions, LocalEngine } from "./local-engine.ts"

/** How often one who waits for a container looks. */
const look_ms = 10

/** A simulated engine, for those who stand before its machine. `engine` gives the one that is there now: a crash puts another in its place. */
export function simulatedLocalEngine(engine: () => SimulatedEngine, act: LocalEngine["act"]): LocalEngine {
  const running = (id: string): SimulatedContainer | undefined => {
    const container = engine().container(id)
    return container?.State.Status === "running" ? container : undefined
  }
  return {
    containers: () => engine().containers(),
    images: () => engine().images(),
    volumes: () => engine().volumes(),
    pullError: (image) => engine().pullError(image),
    act,
    ended: (id) =>
      Effect.gen(function* () {
        while (running(id)) yield* Effect.sleep(look_ms)
        return engine().container(id)
      }),
    logs: (id, options) => follow(engine, id, options, () => running(id) !== undefined),
  }
}

/** Reads what is there, then, while it is followed and the container runs, what is new. */
function follow(
  engine: () => SimulatedEngine,
  id: string,
  { follow: more, tail, since, until }: ContainerLogOptions,
  running: () => boolean,
): Stream.Stream<LogEntry> {
  const wanted = (entry: LogEntry) => until === undefined || entry.at <= until
  return Stream.paginate<number | undefined, LogEntry>(undefined, (read) =>
    Effect.gen(function* () {
      if (read !== undefined) yield* Effect.sleep(look_ms)
      // Before the look: what it wrote last is still to be read when it has ended.
      const over = !more || !running()
      const entries = engine().written(id, read === undefined ? { since, tail } : { after: read })
      return [entries.filter(wanted), over ? Option.none() : Option.some(engine().writtenLines(id))] as const
    }),
  )
}
