import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ServeError } from "effect/http/HttpServerError"
import * as Scope from "effect/Scope"
import { type ApiError, apiError } from "../../core/errors.ts"
import {
  ClusterGateway,
  type Gateway,
  type Machine,
  type NewMachine,
  type SimulatedTime,
  type Simulation,
  SimulationGateway,
  type TimeChange,
} from "../../nodes/api/gateway.ts"
import { type ApiAddress, type ApiOptions, makeApi } from "../../nodes/api/server.ts"
import { EventLog } from "../../nodes/event-log.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import type { Host } from "../cluster/host.ts"
import { statusOf } from "../cluster/status.ts"
import { localEngineOf } from "./local-engine.ts"
import { localViewOf } from "./local-view.ts"
import type { PacedCluster } from "./paced.ts"
import { Past } from "./past.ts"

/** A minute of a cluster's life is computed in well under a second; nobody waits for more than that. */
const longestStep_ms = 60_000

/** How far to look for a free port. */
const portsToTry = 100

export interface ServersOptions {
  /** The first manager's port; the other managers and then the workers take the next ones. 0: any. */
  readonly port: number
  /** Told of each port that was taken. */
  readonly onTaken?: (port: number) => void
}

/** The Engine APIs of a simulated cluster, one for each machine, on loopback. */
export class Servers {
  readonly #paced: PacedCluster
  readonly #past: Past
  readonly #options: ServersOptions
  readonly #scope: Scope.Scope
  readonly #addresses = new Map<string, ApiAddress>()
  readonly #events = new Map<Host, EventLog>()
  /** How to stop listening for each machine. */
  readonly #listening = new Map<string, Scope.Closeable>()
  #nextPort: number

  private constructor(paced: PacedCluster, options: ServersOptions, scope: Scope.Scope) {
    this.#paced = paced
    const { world } = paced.cluster
    world.listen((host, message) => this.#eventsOf(host).add(message))
    world.observe((host, output) => {
      if (output.type === "applied") this.#eventsOf(host).applied(world.now, output.index, output.changes)
    })
    this.#options = options
    this.#past = new Past(paced, (host) => this.hostOf(host))
    this.#scope = scope
    this.#nextPort = options.port
  }

  /** Listens until the scope ends. A taken port is passed over for the next free one. */
  static readonly start: (
    paced: PacedCluster,
    options: ServersOptions,
  ) => Effect.Effect<Servers, ServeError, Scope.Scope> = Effect.fnUntraced(function* (paced, options) {
    const servers = new Servers(paced, options, yield* Effect.scope)
    for (const host of paced.cluster.world.hosts) yield* servers.#open(host)
    return servers
  })

  /** "tcp://127.0.0.1:2375", for DOCKER_HOST. */
  hostOf(host: Host): string | undefined {
    const address = this.#addresses.get(host.name)
    return address && `tcp://${address.host}:${address.port}`
  }

  /** The cluster as the best informed manager knows it. */
  status(): ClusterStatus {
    const { world, journal } = this.#paced.cluster
    return statusOf(world, journal, world.bestInformed(), {
      speed: this.#paced.speed,
      hostOf: (host) => this.hostOf(host),
    })
  }

  /** Listens for a machine until it is taken away. */
  #open(host: Host): Effect.Effect<ApiAddress, ServeError> {
    return Effect.gen({ self: this }, function* () {
      const scope = yield* Scope.fork(this.#scope)
      const address = yield* Scope.provide(this.#listen(host, this.#nextPort, this.#options.onTaken), scope)
      this.#addresses.set(host.name, address)
      this.#listening.set(host.name, scope)
      if (this.#nextPort !== 0) this.#nextPort = address.port + 1
      return address
    })
  }

  #create({ name, ...size }: NewMachine): Effect.Effect<Machine, ApiError> {
    const { cluster } = this.#paced
    return Effect.gen({ self: this }, function* () {
      yield* this.#paced.catchUp
      if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(name)) {
        return yield* Effect.fail(apiError(400, `invalid machine name ${JSON.stringify(name)}`))
      }
      if (cluster.world.host(name)) return yield* Effect.fail(apiError(409, `there is a machine ${name} already`))
      yield* this.#paced.act({ type: "create", host: name, size })
      const host = cluster.world.host(name)
      if (host === undefined) return yield* Effect.fail(apiError(500, `${name} was not made`))
      yield* Effect.mapError(this.#open(host), (error) => apiError(500, `cannot listen: ${String(error.cause)}`))
      return this.#machine(host)
    })
  }

  #remove(name: string): Effect.Effect<void, ApiError> {
    return Effect.gen({ self: this }, function* () {
      const host = yield* this.#find(name)
      yield* this.#paced.act({ type: "remove", host: host.name })
      const scope = this.#listening.get(name)
      this.#addresses.delete(name)
      this.#listening.delete(name)
      // Whoever asked may have asked this very machine: it answers before it is gone.
      if (scope) yield* Effect.forkIn(Effect.delay(Scope.close(scope, Exit.void), 50), this.#scope)
    })
  }

  #listen(
    host: Host,
    port: number,
    onTaken: ((port: number) => void) | undefined,
  ): Effect.Effect<ApiAddress, ServeError, Scope.Scope> {
    // A machine that is down answers nobody, but one must be able to start it again from where one is.
    const answers = (path: string) => host.running || path.startsWith("/drydock/")
    const attempt = (at: number): Effect.Effect<ApiAddress, ServeError, Scope.Scope> =>
      this.#serve(host, { port: at, answers }).pipe(
        Effect.catch((error) => {
          if (at === 0 || at - port >= portsToTry || !isTaken(error)) return Effect.fail(error)
          onTaken?.(at)
          return attempt(at + 1)
        }),
      )
    return attempt(port)
  }

  #serve(host: Host, options: ApiOptions): Effect.Effect<ApiAddress, ServeError, Scope.Scope> {
    return makeApi(options).pipe(
      Effect.provideService(ClusterGateway, this.#gateway(host)),
      Effect.provideService(SimulationGateway, this.#simulation()),
    )
  }

  #gateway(host: Host): Gateway {
    return {
      request: (request) => this.#paced.request(host, request),
      local: () => localViewOf(this.#paced.cluster.world, host),
      engine: localEngineOf(this.#paced, host),
      events: this.#eventsOf(host),
      logs: (selector, options) => this.#paced.logs(host, selector, options),
      swarm: this.#paced.swarm(host),
    }
  }

  #eventsOf(host: Host): EventLog {
    const log = this.#events.get(host) ?? new EventLog()
    this.#events.set(host, log)
    return log
  }

  #simulation(): Simulation {
    const { cluster } = this.#paced
    return {
      status: () => this.status(),
      machines: () => cluster.world.hosts.map((host) => this.#machine(host)),
      crash: (name) => this.#onMachine("crash", name, (host) => host.running),
      stop: (name) => this.#onMachine("stop", name, (host) => host.running),
      start: (name) => this.#onMachine("start", name, (host) => !host.running),
      cut: (a, b) =>
        Effect.andThen(Effect.all([this.#find(a), this.#find(b ?? a)]), () => {
          if (b === undefined) return this.#paced.act({ type: "isolate", host: a })
          return a === b ? Effect.void : this.#paced.act({ type: "cut", a, b })
        }),
      create: (machine) => this.#create(machine),
      remove: (name) => this.#remove(name),
      heal: () => this.#paced.act({ type: "heal" }),
      time: () => this.#time(),
      setTime: (change) => this.#setTime(change),
      past: (moment) => this.#past.look(moment),
    }
  }

  #onMachine(
    type: "crash" | "stop" | "start",
    name: string,
    makesSense: (host: Host) => boolean,
  ): Effect.Effect<void, ApiError> {
    return Effect.flatMap(this.#find(name), (host) =>
      makesSense(host) ? this.#paced.act({ type, host: name }) : Effect.void,
    )
  }

  #time(): SimulatedTime {
    const { world } = this.#paced.cluster
    const { speed } = this.#paced
    return { Now: world.now, Started: world.start, Seed: world.seed, Paused: speed === 0, Speed: speed }
  }

  #setTime({ paused, speed, step }: TimeChange): Effect.Effect<SimulatedTime, ApiError> {
    return Effect.gen({ self: this }, function* () {
      if (speed !== undefined && !(speed > 0 && speed <= 1000)) {
        return yield* Effect.fail(apiError(400, "Speed must be more than 0 and at most 1000"))
      }
      if (typeof step === "number" && !(step > 0 && step <= longestStep_ms)) {
        return yield* Effect.fail(apiError(400, `Step must be more than 0 and at most ${longestStep_ms} milliseconds`))
      }
      const stands = paused ?? (this.#paced.speed === 0 && speed === undefined)
      if (step !== undefined && !stands) {
        return yield* Effect.fail(apiError(409, "time goes on: pause it first, then step"))
      }
      if (speed !== undefined || paused === false) yield* this.#paced.run(speed)
      if (paused === true) yield* this.#paced.pause
      if (step !== undefined) this.#paced.step(step)
      return this.#time()
    })
  }

  /** The machine of this name, at the present moment. */
  #find(name: string): Effect.Effect<Host, ApiError> {
    return Effect.andThen(this.#paced.catchUp, () => {
      const { hosts } = this.#paced.cluster.world
      const host = hosts.find((candidate) => candidate.name === name)
      if (host) return Effect.succeed(host)
      const names = hosts.map((candidate) => candidate.name).join(", ")
      return Effect.fail(apiError(404, `no such machine: ${name} (there are ${names})`))
    })
  }

  #machine(host: Host): Machine {
    const port = this.#addresses.get(host.name)?.port
    return {
      Name: host.name,
      Role: host.role ?? "",
      Address: host.addr,
      State: host.running ? "running" : "crashed",
      ...(port === undefined ? {} : { Port: port }),
      ...(this.#paced.cluster.leader() === host.name ? { Leader: true } : {}),
    }
  }
}

const isTaken = (error: ServeError): boolean =>
  typeof error.cause === "object" && error.cause !== null && "code" in error.cause && error.cause.code === "EADDRINUSE"
