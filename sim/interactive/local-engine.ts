import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ContainerLogOptions, LocalEngine } from "../../nodes/api/engine/local-engine.ts"
import type { SimulatedContainer } from "../../nodes/engine/simulated/container.ts"
import type { LogEntry } from "../../nodes/log-entry.ts"
import type { Host } from "../cluster/host.ts"
import type { PacedCluster } from "./paced.ts"

/** How often one who waits for a container looks. */
const look_ms = 10

/** The engine of a simulated host, for those who stand before the machine. */
export function localEngineOf(paced: PacedCluster, host: Host): LocalEngine {
  const running = (id: string): SimulatedContainer | undefined => {
    const container = host.engine.container(id)
    return container?.State.Status === "running" ? container : undefined
  }
  return {
    containers: () => host.engine.containers(),
    images: () => host.engine.images(),
    volumes: () => host.engine.volumes(),
    pullError: (image) => host.engine.pullError(image),
    act: (act) => Effect.map(paced.catchUp, () => host.byHand(act)),
    ended: (id) =>
      Effect.gen(function* () {
        while (running(id)) yield* Effect.sleep(look_ms)
        return host.engine.container(id)
      }),
    logs: (id, options) => follow(host, id, options, () => running(id) !== undefined),
  }
}

/** Reads what is there, then, while it is followed and the container runs, what is new. */
function follow(
  host: Host,
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
      const entries = host.engine.written(id, read === undefined ? { since, tail } : { after: read })
      return [entries.filter(wanted), over ? Option.none() : Option.some(host.engine.writtenLines(id))] as const
    }),
  )
}
