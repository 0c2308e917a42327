import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { type ApiError, apiError } from "../../core/errors.ts"
import type { Network } from "../../core/model/network.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import { Random } from "../../core/random.ts"
import type { Held } from "../engine/docker/networks.ts"
import type { EngineCommand, EngineEvent } from "../engine/engine.ts"
import { describeMachine } from "../engine/simulated/description.ts"
import { EventLog } from "../event-log.ts"
import type { EngineChoice } from "./config.ts"
import type { WallClock } from "./driver/wall-clock.ts"
import { askEngineFor } from "./engine-client.ts"
import type { Log } from "./log.ts"
import type { EngineAddress } from "./proxy/engine-address.ts"

/** The engine of this node, whichever it is. */
export interface EngineRunner {
  /** Where its API is. */
  readonly address: EngineAddress
  /** What this node's agent asks of it; answers come through `event`. */
  readonly command: (nodeId: string, number: number, command: EngineCommand) => void
  /** What it says of its machine. */
  readonly describe: Effect.Effect<NodeDescription, ApiError>
  /** Where this machine reaches the container of one of its tasks; undefined while it does not run. */
  readonly addressOf: (taskId: string) => string | undefined
  /**
   * The engine's network that stands for one of the cluster, for a container that somebody makes by hand; it stays until it is released. Absent:
   * an engine whose containers have no networks.
   */
  readonly holdNetwork?: (network: Network) => Effect.Effect<Held, ApiError>
}

export interface EngineRunnerOptions {
  readonly choice: EngineChoice
  readonly dataDir: string
  readonly clock: WallClock
  readonly nodeName: string
  readonly log: Log
  readonly event: (event: EngineEvent) => void
}

export const openEngine = (options: EngineRunnerOptions): Effect.Effect<EngineRunner, never, Scope.Scope> => {
  const { choice } = options
  return choice.type === "simulated" ? simulatedRunner(options) : dockerRunner(options, choice)
}

/** A real engine. What is seen of it is what belongs to this node, and a node that joins anew is another one. */
const dockerRunner: (
  options: EngineRunnerOptions,
  address: EngineAddress,
) => Effect.Effect<EngineRunner, never, Scope.Scope> = Effect.fnUntraced(function* (options, address) {
  const { makeDockerEngine } = yield* Effect.promise(() => import("../engine/docker/engine.ts"))
  const { describeEngine } = yield* Effect.promise(() => import("../engine/docker/describe.ts"))
  const outer = yield* Effect.scope
  const open = (nodeId: string) => {
    const scope = Scope.forkUnsafe(outer)
    const made = makeDockerEngine({
      socketPath: address.socketPath,
      nodeId,
      filesFolder: join(options.dataDir, "files"),
      event: (event) => {
        if (current?.nodeId === nodeId) options.event(event)
      },
      warn: (message) => options.log.warn(message),
    })
    return { nodeId, scope, engine: Effect.runPromise(Scope.provide(made, scope)), addressOf: noAddress }
  }
  let current: (Omit<ReturnType<typeof open>, "addressOf"> & { addressOf: EngineRunner["addressOf"] }) | undefined
  return {
    address,
    command: (nodeId, number, command) => {
      if (current?.nodeId !== nodeId) {
        if (current) Effect.runFork(Scope.close(current.scope, Exit.void))
        current = open(nodeId)
      }
      const { engine } = current
      const asked = current
      void engine.then((one) => {
        asked.addressOf = one.addressOf
        if (asked === current) one.command(number, command)
      })
    },
    describe: Effect.map(askEngineFor(address, { path: "/info" }), describeEngine),
    addressOf: (taskId) => current?.addressOf(taskId),
    holdNetwork: (network) =>
      Effect.suspend(() => {
        const asked = current
        if (!asked) return Effect.fail(apiError(503, "This node is not a swarm manager or worker yet."))
        return Effect.flatMap(
          Effect.promise(() => asked.engine),
          (engine) => engine.holdNetwork(network),
        ).pipe(Effect.mapError(({ status, message }) => apiError(status ?? 500, message)))
      }),
  }
})

const noAddress = (): undefined => undefined

/** A simulated engine, on a socket of its own in the data folder. */
const simulatedRunner: (options: EngineRunnerOptions) => Effect.Effect<EngineRunner, never, Scope.Scope> =
  Effect.fnUntraced(function* ({ dataDir, clock, nodeName, event }) {
    const { SimulatedRunner } = yield* Effect.promise(() => import("./simulated/runner.ts"))
    const { EngineFile } = yield* Effect.promise(() => import("./simulated/engine-file.ts"))
    const { serveSimulatedApi } = yield* Effect.promise(() => import("./simulated/engine-api.ts"))
    const random = new Random(`${nodeName} ${clock.now()} ${process.pid}`)
    const events = new EventLog()
    const runner = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new SimulatedRunner({
            now: clock.now,
            random,
            event,
            message: (message) => events.add(message),
            file: new EngineFile(join(dataDir, "engine.json")),
          }),
      ),
      (one) => Effect.sync(() => one.stop()),
    )
    const socketPath = join(dataDir, "engine.sock")
    rmSync(socketPath, { force: true })
    const address = yield* serveSimulatedApi({ runner, events, hostname: nodeName, now: clock.now, socketPath })
    return {
      address,
      command: (_, number, command) => runner.command(number, command),
      describe: Effect.sync(() => describeMachine(nodeName)),
      addressOf: noAddress,
    }
  })
