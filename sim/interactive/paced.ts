import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { type Answer, type ApiError, apiError } from "../../core/errors.ts"
import type { Millis } from "../../core/instant.ts"
import { fromAnswer } from "../../nodes/api/call.ts"
import { logStream } from "../../nodes/api/log-stream.ts"
import type { SwarmGateway } from "../../nodes/api/swarm-gateway.ts"
import type { HandAct } from "../../nodes/engine/simulated/engine.ts"
import type { LogOptions, LogSelector } from "../../nodes/log-protocol.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import type { LogLines } from "../../nodes/manager/logs/chunk.ts"
import type { Cluster } from "../cluster/cluster.ts"
import type { Host } from "../cluster/host.ts"
import type { Input } from "../session/input.ts"
import type { LiveSession } from "../session/live-session.ts"

/** How long the pump sleeps at most: a client's request waits no longer for the events that it causes. */
const nap_ms = 10

/** A process that was stopped (a laptop asleep, a debugger) goes on where it was; it does not race through the time it missed. */
const stride_ms = 2_000

/** A session whose virtual time follows the wall clock, `speed` times as fast. */
export class PacedCluster {
  readonly session: LiveSession
  readonly cluster: Cluster
  #speed: number
  #paused = false
  #wall: number | undefined
  /** Virtual time that has passed but is less than a millisecond. */
  #owed = 0

  constructor(session: LiveSession, speed: number) {
    this.session = session
    this.cluster = session.cluster
    this.#speed = speed
  }

  /** How much faster than the wall clock time passes; 0 while it stands still. */
  get speed(): number {
    return this.#paused ? 0 : this.#speed
  }

  /** Time passes so much faster than the wall clock from now on. It goes on when it stood still. */
  run(speed = this.#speed): Effect.Effect<void> {
    return Effect.map(this.catchUp, () => {
      this.#speed = speed
      this.#paused = false
    })
  }

  /** Time stands still, and who asks waits, until it goes on. */
  readonly pause: Effect.Effect<void> = Effect.suspend(() =>
    Effect.map(this.catchUp, () => {
      this.#paused = true
    }),
  )

  /** While time stands still: lets the next event happen, or so much time pass. */
  step(span: Millis | "event"): void {
    const { queue } = this.cluster.world
    if (span === "event") queue.runNext()
    else this.cluster.run(span)
  }

  /** Lets virtual time follow until it is interrupted. */
  readonly pump: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    while (true) {
      yield* this.catchUp
      yield* Effect.sleep(this.#untilNext())
    }
  })

  /** Brings the cluster to what the wall clock says. */
  readonly catchUp: Effect.Effect<void> = Effect.map(Clock.currentTimeMillis, (wall) => {
    const passed = Math.min(wall - (this.#wall ?? wall), stride_ms)
    this.#wall = wall
    this.#owed += Math.max(0, passed) * this.speed
    const whole = Math.floor(this.#owed)
    this.#owed -= whole
    if (whole > 0) this.cluster.run(whole)
  })

  /** Asks the manager of a host, as a client of its API does. */
  request(host: Host, request: ControlRequest): Effect.Effect<unknown, ApiError> {
    return this.#ask(host, { type: "request", host: host.name, request })
  }

  /** What changes the place of a host in a swarm. */
  swarm(host: Host): SwarmGateway {
    const { name } = host
    return {
      init: (request) => Effect.map(this.#ask(host, { type: "init", host: name, request }), String),
      join: (request) => Effect.as(this.#ask(host, { type: "join", host: name, request }), null),
      leave: (force) => Effect.as(this.#ask(host, { type: "leave", host: name, force }), null),
      unlock: (key) => Effect.as(this.#ask(host, { type: "unlock", host: name, key }), null),
      update: (update) => this.#ask(host, { type: "update", host: name, update }),
    }
  }

  /** Somebody at the machine itself does something to its engine. */
  byHand(host: Host, act: HandAct): Effect.Effect<void> {
    if (!host.running) return Effect.void
    // A recording knows no number without end.
    const finite = act.op === "stop" ? { ...act, grace_ms: Math.min(act.grace_ms, longestGrace_ms) } : act
    return this.act({ type: "hand", host: host.name, act: finite })
  }

  /** Lets something come into the world at the present moment. */
  act(input: Input): Effect.Effect<void> {
    // What cannot be recorded has no answer: the simulation ends.
    return Effect.flatMap(this.catchUp, () => (this.session.take(input) ? Effect.void : Effect.never))
  }

  /** Logs as a client of a host's API reads them: what is taken is what the client has room for. */
  logs(host: Host, selector: LogSelector, options: LogOptions): Stream.Stream<LogLines, ApiError> {
    const { session } = this
    return logStream((tell) =>
      Effect.andThen(this.catchUp, () => {
        if (!host.running) return Effect.fail(apiError(503, `${host.name} is down`))
        return Effect.sync(() => {
          const reader = session.newReader()
          const chunk = afterwards(tell)
          session.take({ type: "logs", host: host.name, reader, selector, options }, { chunk })
          return {
            taken: (ticket: string) => void session.take({ type: "logs-taken", reader, ticket }),
            stop: () => void session.take({ type: "logs-stop", reader }),
          }
        })
      }),
    )
  }

  #ask(host: Host, input: Input): Effect.Effect<unknown, ApiError> {
    return Effect.andThen(
      this.catchUp,
      Effect.callback<unknown, ApiError>((resume) => {
        if (!host.running) return resume(Effect.fail(apiError(503, `${host.name} is down`)))
        const answer = afterwards((given: Answer<unknown>) => {
          if (this.session.reached()) resume(fromAnswer(given))
        })
        this.session.take(input, { answer })
      }),
    )
  }

  #untilNext(): Millis {
    const { nextAt, now } = this.cluster.world.queue
    if (nextAt === undefined || this.#paused) return nap_ms
    return Math.min(nap_ms, Math.max(1, (nextAt - now) / this.#speed))
  }
}

/** Some thirty years. */
const longestGrace_ms = 1e12

/** Whoever waits goes on when the event that answers is over: what it does then comes in between events, where it can be repeated. */
const afterwards =
  <A>(act: (value: A) => void) =>
  (value: A): void =>
    queueMicrotask(() => act(value))
