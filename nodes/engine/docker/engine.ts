import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import type { Network } from "../../../core/model/network.ts"
import type { NodeDescription } from "../../../core/model/node.ts"
import type { EngineCommand, EngineEvent } from "../engine.ts"
import { call, loadClient } from "./client.ts"
import { Commands } from "./commands.ts"
import { describeEngine } from "./describe.ts"
import type { EngineError } from "./error.ts"
import { TaskFiles } from "./files.ts"
import { Lives } from "./lives.ts"
import { type Held, Networks } from "./networks.ts"
import { type Happening, watchEvents } from "./watch.ts"

export interface DockerEngineOptions {
  /** The engine's unix socket, e.g. /var/run/docker.sock. */
  readonly socketPath: string
  /** Only containers with this node's label are seen. */
  readonly nodeId: string
  /** Where the secrets and configs of this node's containers are kept; of this node alone, and made if it is not there. */
  readonly filesFolder: string
  /** The port's events. Never called from within `command`. */
  readonly event: (event: EngineEvent) => void
  readonly warn: (message: string) => void
}

/** A real engine behind the Engine port. */
export interface DockerEngine {
  /** Returns at once; the answer comes as an event with this number. Nothing is told after the scope has closed. */
  readonly command: (number: number, command: EngineCommand) => void
  /** The machine as its engine describes it. */
  readonly describe: Effect.Effect<NodeDescription, EngineError>
  /** Where this machine reaches the container of one of its tasks; undefined while it does not run. */
  readonly addressOf: (taskId: string) => string | undefined
  /** What stands for a network of the cluster, for a container that is no task's. */
  readonly holdNetwork: (network: Network) => Effect.Effect<Held, EngineError>
}

/** An engine that does not answer yet is waited for: commands given meanwhile are carried out when it does, or fail after half a minute. */
export const makeDockerEngine: (options: DockerEngineOptions) => Effect.Effect<DockerEngine, never, Scope.Scope> =
  Effect.fnUntraced(function* ({ socketPath, nodeId, filesFolder, event, warn }: DockerEngineOptions) {
    const docker = yield* loadClient(socketPath)
    const files = yield* TaskFiles.open(filesFolder, warn)
    const lives = new Lives()
    const networks = new Networks(docker)
    const commands = new Commands({ docker, nodeId, lives, networks, files, emit: event })
    const happened = (happening: Happening): void => {
      const { containerId } = happening
      if (happening.type === "died") commands.ended(containerId)
      const news =
        happening.type === "died"
          ? lives.died(containerId, happening.exitCode)
          : lives.becomes(containerId, happening.health)
      for (const one of news) event(one)
    }
    const label = `com.docker.swarm.node.id=${nodeId}`
    const run = yield* FiberSet.makeRuntime<never, void, never>()
    yield* Effect.forkScoped(watchEvents(docker, label, { happened, catchUp: commands.catchUp }))
    return {
      command: (number: number, command: EngineCommand) => {
        run(Effect.andThen(Effect.yieldNow, commands.carryOut(number, command)))
      },
      describe: Effect.map(
        call(() => docker.info()),
        describeEngine,
      ),
      addressOf: (taskId: string) => commands.addressOf(taskId),
      holdNetwork: ({ ID, Spec }: Network) => networks.hold(ID, Spec),
    }
  })
