import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { hostname } from "node:os"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { NodeDescription } from "../../core/model/node.ts"
import { EventLog } from "../event-log.ts"
import { type ApiTls, ListenError } from "./api-listen.ts"
import { serveApi } from "./api-server.ts"
import { type DaemonConfig, type HostPort, showHostPort, type TlsFiles } from "./config.ts"
import { type DataDirError, holdDataDir } from "./data-dir.ts"
import { WallClock } from "./driver/wall-clock.ts"
import { type EngineRunner, openEngine } from "./engine-runner.ts"
import { EngineState } from "./engine-state.ts"
import { liveGateway } from "./gateway.ts"
import { systemAddress } from "./host-address.ts"
import { IngressKeeper, makeLiveIngress } from "./live/live-ingress.ts"
import { type LiveNode, makeLiveNode } from "./live/live-node.ts"
import { LiveStatus } from "./live-status.ts"
import type { Log } from "./log.ts"
import { Metrics, processSamples } from "./metrics.ts"
import { Narrator } from "./narrator.ts"
import { ingressSamples, nodeSamples } from "./samples.ts"
import { describeSystem } from "./system-description.ts"

/** The daemon cannot start: `message` says why. */
export class DaemonError extends Schema.TaggedError<DaemonError>()("DaemonError", { message: Schema.String }) {}

export interface DaemonOptions {
  readonly config: DaemonConfig
  readonly log: Log
  readonly drydockVersion: string
  /** Something is broken that must not be gone on with: the process is to end, and to be started again. */
  readonly failed: (error: unknown) => void
}

export interface Daemon extends LiveNode {
  /** Where the API listens, as DOCKER_HOST has it. */
  readonly hosts: ReadonlyArray<string>
  /** If this node leads, another one is to lead first: for as long as that may take, in milliseconds. The node is out of action then. */
  readonly handOver: (patience_ms: number) => Effect.Effect<void>
}

/** A node with its API, until the scope ends. Its containers go on without it. */
export const startDaemon: (
  options: DaemonOptions,
) => Effect.Effect<Daemon, DaemonError | DataDirError | ListenError, Scope.Scope> = Effect.fnUntraced(
  function* (options) {
    const { config, log } = options
    yield* holdDataDir(config.dataDir)
    const tls = config.tls && (yield* readTls(config.tls))
    const clock = new WallClock()
    const events = new EventLog()
    const narrator = new Narrator(log)
    const nodeName = config.nodeName ?? hostname()
    let live: LiveNode | undefined
    const runner = yield* openEngine({
      choice: config.engine,
      dataDir: config.dataDir,
      clock,
      nodeName,
      log,
      event: (event) => {
        try {
          live?.node.engine(event)
        } catch (error) {
          options.failed(error)
        }
      },
    })
    const engine = new EngineState(runner.address)
    if (!(yield* engine.refresh)) log.warn("the engine does not answer", { socket: runner.address.socketPath })
    const description = yield* keepDescription(runner, nodeName)
    const ingress = new IngressKeeper(yield* Effect.scope, (nodeId) =>
      makeLiveIngress({
        nodeId,
        host: config.publishAddr,
        log,
        links: {
          openStream: (to, header) => live?.links.openStream(to, header),
          peers: () => live?.links.peers() ?? [],
        },
        leader: () => live?.node.agent?.manager,
        addressOf: runner.addressOf,
      }),
    )
    const status = new LiveStatus(nodeName, clock.now, () => live?.node)
    const own = systemAddress()
    live = yield* makeLiveNode({
      dataDir: config.dataDir,
      clock,
      log,
      address: config.advertiseAddr ?? (Result.isSuccess(own) ? own.success : ""),
      describe: description,
      engine: runner.command,
      stream: (_, header, stream) => ingress.take(header, stream),
      parted: () => ingress.end(),
      observeManager: (output) => {
        if (output.type === "applied") events.applied(clock.now(), output.index, output.changes)
        status.observe(output)
        narrator.manager(output)
      },
      observeAgent: (output) => {
        const nodeId = live?.node.identity?.nodeId
        if (output.type === "routes" && nodeId !== undefined) ingress.set(nodeId, output.routes)
        narrator.agent(output)
      },
      failed: options.failed,
    })
    const { node } = live
    const metrics = new Metrics()
    metrics.read(processSamples)
    const started = live
    metrics.read(() => nodeSamples(started))
    metrics.read(() => ingressSamples(ingress.ports()))
    if (config.metrics) yield* serveMetrics(config.metrics, metrics)
    const gateway = liveGateway({ node, engine, config, events, status, describe: description, now: clock.now })
    const hosts = yield* serveApi({
      gateway,
      engine,
      ...(runner.holdNetwork && {
        attach: {
          known: () => {
            const store = node.manager?.store
            return store ? [...store.all("networks")] : (node.agent?.networks() ?? [])
          },
          hold: runner.holdNetwork,
        },
      }),
      listenOn: config.apiHosts,
      ...(tls && { tls }),
      hosts: config.hostNames,
      drydockVersion: options.drydockVersion,
      answered: (request, status, ms) => {
        metrics.answered(request.method ?? "", status, ms)
        log.debug("answered", { method: request.method, url: request.url, status, ms: Math.round(ms) })
      },
    })
    for (const host of hosts) log.info("serving the Engine API", { host })
    const { swarm, nodeId } = node.local()
    log.info("ready", { node: nodeName, swarm, ...(nodeId !== "" && { id: nodeId }), data: config.dataDir })
    return {
      ...live,
      hosts,
      handOver: (patience_ms) =>
        Effect.callback((resume) => {
          node.stop(patience_ms, () => resume(Effect.void))
        }),
    }
  },
)

/** How often the engine is asked what machine it is on, as long as it does not say, and afterwards. */
const unknown_ms = 1_000
const known_ms = 60_000

/** What the engine says of the machine; until it does, what the system says. */
const keepDescription: (
  runner: EngineRunner,
  nodeName: string,
) => Effect.Effect<() => NodeDescription, never, Scope.Scope> = Effect.fnUntraced(function* (runner, nodeName) {
  let known: NodeDescription | undefined
  const look = Effect.match(runner.describe, {
    onFailure: () => {},
    onSuccess: (description) => {
      known = { ...description, Hostname: nodeName }
    },
  })
  yield* look
  const again = Effect.andThen(
    Effect.suspend(() => Effect.sleep(known ? known_ms : unknown_ms)),
    look,
  )
  yield* Effect.forkScoped(Effect.forever(again))
  return () => known ?? describeSystem(nodeName)
})

const serveMetrics: (where: HostPort, metrics: Metrics) => Effect.Effect<void, ListenError, Scope.Scope> =
  Effect.fnUntraced(function* (where, metrics) {
    const server = createServer((request, response) => {
      if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") {
        response.writeHead(404).end("not found\n")
        return
      }
      response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" }).end(metrics.render())
    })
    yield* Effect.acquireRelease(
      Effect.callback<void, ListenError>((resume) => {
        server.on("error", (error) => {
          const message = `cannot serve figures on ${showHostPort(where)}: ${error.message}`
          resume(Effect.fail(new ListenError({ message })))
        })
        server.listen(where.port, where.host, () => resume(Effect.void))
      }),
      () =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        }),
    )
  })

const readTls = ({ verify, caCert, cert, key }: TlsFiles): Effect.Effect<ApiTls, DaemonError> =>
  Effect.try({
    try: () => ({
      cert: readFileSync(cert, "utf8"),
      key: readFileSync(key, "utf8"),
      ...(verify && { ca: readFileSync(caCert, "utf8") }),
    }),
    catch: (error) => new DaemonError({ message: `cannot read the files of TLS: ${String(error)}` }),
  })
