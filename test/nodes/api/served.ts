import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { apiError } from "../../../core/errors.ts"
import { toRfc3339 } from "../../../core/instant.ts"
import { fromAnswer } from "../../../nodes/api/call.ts"
import {
  ClusterGateway,
  type Gateway,
  type LocalView,
  type Simulation,
  SimulationGateway,
} from "../../../nodes/api/gateway.ts"
import { makeApi } from "../../../nodes/api/server.ts"
import { EventLog } from "../../../nodes/event-log.ts"
import { start, World } from "../control/world.ts"

/** An API server over a store in memory. */
export interface Served {
  readonly world: World
  readonly url: string
  readonly docker: string
  readonly close: () => Promise<void>
}

export interface ServeOptions {
  readonly world?: World
  readonly local?: Partial<LocalView>
  readonly gateway?: Partial<Gateway>
  readonly simulation?: Simulation
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const world = options.world ?? populated()
  const scope = await Effect.runPromise(Scope.make())
  const gateway: Gateway = {
    request: (request) => Effect.suspend(() => fromAnswer(world.ask(request))),
    local: () => ({ ...localView(world), ...options.local }),
    events: new EventLog(),
    logs: () => Stream.empty,
    swarm: noSwarm,
    ...options.gateway,
  }
  const base = makeApi({ port: 0 }).pipe(Effect.provideService(ClusterGateway, gateway), Scope.provide(scope))
  const made = options.simulation ? Effect.provideService(base, SimulationGateway, options.simulation) : base
  const { port } = await Effect.runPromise(made)
  return {
    world,
    url: `http://127.0.0.1:${port}`,
    docker: `tcp://127.0.0.1:${port}`,
    close: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}

function populated(): World {
  const world = new World()
  world.addNode("m1", "manager")
  world.addNode("w1", "worker")
  return world
}

export const localView = (world: World): LocalView => ({
  nodeId: "m1",
  hostname: "host-m1",
  address: "10.77.0.1",
  swarm: "active",
  manager: true,
  managers: [{ NodeID: "m1", Addr: "10.77.0.1:2377" }],
  engineVersion: "20.10.24",
  apiVersion: "1.41",
  cpus: 4,
  memoryBytes: 8 * 2 ** 30,
  containers: { running: 1, paused: 0, stopped: 0 },
  images: 3,
  joinedNetworks: [],
  networks: [
    { Name: "bridge", Id: "b".repeat(64), Driver: "bridge", Scope: "local", Created: toRfc3339(start) },
    { Name: "docker_gwbridge", Id: "d".repeat(64), Driver: "bridge", Scope: "local" },
    { Name: "host", Id: "c".repeat(64), Driver: "host", Scope: "local" },
    { Name: "none", Id: "e".repeat(64), Driver: "null", Scope: "local" },
  ],
  now: world.now,
})

/** No machine stands behind the store: it can neither join nor leave. */
const noSwarm: Gateway["swarm"] = {
  init: () => Effect.fail(apiError(503, "no machine")),
  join: () => Effect.fail(apiError(503, "no machine")),
  leave: () => Effect.fail(apiError(503, "no machine")),
  unlock: () => Effect.fail(apiError(503, "no machine")),
  update: () => Effect.fail(apiError(503, "no machine")),
}
