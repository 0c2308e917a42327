import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ApiError } from "../../core/errors.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { Gateway, LocalView } from "../api/gateway.ts"
import { logStream } from "../api/log-stream.ts"
import { swarmGateway } from "../api/swarm-gateway.ts"
import type { EventLog } from "../event-log.ts"
import type { SwarmNode } from "../node/swarm-node.ts"
import { type DaemonConfig, showHostPort } from "./config.ts"
import type { EngineState } from "./engine-state.ts"
import { systemAddress } from "./host-address.ts"
import { ask } from "./live/admit.ts"
import type { LiveStatus } from "./live-status.ts"

export interface LiveGatewayOptions {
  readonly node: SwarmNode
  readonly engine: EngineState
  readonly config: DaemonConfig
  readonly events: EventLog
  readonly status: LiveStatus
  readonly describe: () => NodeDescription
  readonly now: () => number
}

/** What the API stands before: this node, and through it the swarm. */
export function liveGateway(options: LiveGatewayOptions): Gateway {
  const { node, events } = options
  const swarm = swarmGateway(Effect.succeed(node))
  return {
    request: (request) => ask(node, request),
    local: () => localView(options),
    events,
    status: () => options.status.status(),
    logs: (selector, logOptions) => logStream((tell) => Effect.sync(() => node.readLogs(selector, logOptions, tell))),
    swarm: {
      ...swarm,
      init: (request) => Effect.flatMap(addressed(options.config, request), swarm.init),
      join: (request) => Effect.flatMap(addressed(options.config, request), swarm.join),
    },
  }
}

function localView({ node, engine, describe, now }: LiveGatewayOptions): LocalView {
  const { Hostname, Resources } = describe()
  const { version, apiVersion, networks } = engine.facts
  return {
    ...node.local(),
    hostname: Hostname,
    engineVersion: version,
    apiVersion,
    cpus: (Resources.NanoCPUs ?? 0) / 1e9,
    memoryBytes: Resources.MemoryBytes ?? 0,
    containers: { running: 0, paused: 0, stopped: 0 },
    images: 0,
    networks,
    joinedNetworks: node.agent?.networks() ?? [],
    now: now(),
  }
}

/** What clients say when their user said nothing. */
const clientDefault = "0.0.0.0:2377"

interface Addressed {
  readonly listenAddr: string
  readonly advertiseAddr: string
}

/** A request to init or join with the daemon's own addresses where the client names none. */
function addressed<A extends Addressed>(config: DaemonConfig, request: A): Effect.Effect<A, ApiError> {
  const listenAddr =
    request.listenAddr === "" || request.listenAddr === clientDefault
      ? showHostPort(config.listenAddr)
      : request.listenAddr
  const advertiseAddr = request.advertiseAddr === "" ? (config.advertiseAddr ?? "") : request.advertiseAddr
  const everywhere = /^(0\.0\.0\.0|\[?::\]?)(:\d+)?$/.test(listenAddr)
  const system = systemAddress()
  if (advertiseAddr === "" && everywhere && Result.isFailure(system)) return Effect.fail(system.failure)
  return Effect.succeed({ ...request, listenAddr, advertiseAddr })
}
