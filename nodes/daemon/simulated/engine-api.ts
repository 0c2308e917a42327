import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { apiError } from "../../../core/errors.ts"
import { makeApp } from "../../api/app.ts"
import { simulatedLocalEngine } from "../../api/engine/simulated.ts"
import type { Gateway, LocalView } from "../../api/gateway.ts"
import { describeMachine, simulatedEngineVersion } from "../../engine/simulated/description.ts"
import type { EventLog } from "../../event-log.ts"
import type { EngineAddress } from "../proxy/engine-address.ts"
import type { SimulatedRunner } from "./runner.ts"

export interface SimulatedApiOptions {
  readonly runner: SimulatedRunner
  readonly events: EventLog
  readonly hostname: string
  readonly now: () => number
  /** Where it listens: a path that nobody else uses. */
  readonly socketPath: string
}

/** The simulated engine's own API on a socket of its own, so that the daemon before it needs not know that it is none. */
export const serveSimulatedApi: (options: SimulatedApiOptions) => Effect.Effect<EngineAddress, never, Scope.Scope> =
  Effect.fnUntraced(function* ({ runner, events, hostname, now, socketPath }) {
    const gateway: Gateway = {
      request: () => noSwarm,
      local: () => localView(runner, hostname, now()),
      engine: simulatedLocalEngine(
        () => runner.engine,
        (act) => Effect.sync(() => runner.byHand(act)),
      ),
      events,
      logs: () => Stream.fail(notHere),
      swarm: {
        init: () => noSwarm,
        join: () => noSwarm,
        leave: () => noSwarm,
        unlock: () => noSwarm,
        update: () => noSwarm,
      },
    }
    const app = yield* makeApp({ gateway, simulation: undefined, hosts: [] })
    const handler = yield* NodeHttpServer.makeHandler(app, { scope: yield* Effect.scope })
    const server = createServer(handler)
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        server.listen(socketPath, () => resume(Effect.void))
      }),
      () =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        }),
    )
    return { socketPath }
  })

/** The swarm is the daemon's business, not the engine's. */
const notHere = apiError(503, "this engine is in no swarm")
const noSwarm = Effect.fail(notHere)

function localView({ engine }: SimulatedRunner, hostname: string, now: number): LocalView {
  const containers = engine.containers()
  const running = containers.filter(({ State }) => State.Status === "running").length
  const { NanoCPUs = 0, MemoryBytes = 0 } = describeMachine(hostname).Resources
  return {
    nodeId: "",
    hostname,
    address: "",
    swarm: "inactive",
    manager: false,
    managers: [],
    engineVersion: simulatedEngineVersion,
    cpus: NanoCPUs / 1e9,
    memoryBytes: MemoryBytes,
    containers: { running, paused: 0, stopped: containers.length - running },
    images: engine.images().length,
    networks: engine.networks(),
    joinedNetworks: [],
    now,
  }
}
