import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ApiError } from "../../../core/errors.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import type { HandAct } from "../../engine/simulated/engine.ts"
import type { SimulatedImage } from "../../engine/simulated/images.ts"
import type { LocalVolume } from "../../engine/simulated/mounts.ts"
import type { LogEntry } from "../../log-entry.ts"

export interface ContainerLogOptions {
  readonly follow: boolean
  readonly tail?: number
  /** Milliseconds since 1970. */
  readonly since?: number
  readonly until?: number
}

/** The simulated engine of one machine, as its own API sees it. A real engine speaks for itself. */
export interface LocalEngine {
  readonly containers: () => ReadonlyArray<SimulatedContainer>
  readonly images: () => ReadonlyArray<SimulatedImage>
  readonly volumes: () => ReadonlyArray<LocalVolume>
  /** Why an image cannot be pulled, in the engine's words. */
  readonly pullError: (image: string) => string | undefined
  readonly act: (act: HandAct) => Effect.Effect<void>
  /** Waits until the container does not run (any more), or is gone. */
  readonly ended: (containerId: string) => Effect.Effect<SimulatedContainer | undefined>
  readonly logs: (containerId: string, options: ContainerLogOptions) => Stream.Stream<LogEntry, ApiError>
}
