import type Docker from "dockerode"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { type EngineError, engineError } from "./error.ts"

/** How long a command waits for an engine that does not answer, before it fails. */
const patience = "30 seconds"
const pauses = Schedule.exponential("50 millis", 1.5).pipe(
  Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.seconds(1)))),
  Schedule.upTo({ duration: patience }),
)

/** A client of the engine behind a unix socket. Loaded only when it is needed: that takes longer than a whole command of the CLI. */
export const loadClient = (socketPath: string): Effect.Effect<Docker> =>
  Effect.promise(async () => {
    const { default: Client } = await import("dockerode")
    return new Client({ socketPath })
  })

/** One try. */
export const callOnce = <A>(call: () => Promise<A>): Effect.Effect<A, EngineError> =>
  Effect.tryPromise({ try: call, catch: engineError })

/** As often as the engine does not answer at all; only for calls that may be repeated. */
export const call = <A>(request: () => Promise<A>): Effect.Effect<A, EngineError> =>
  callOnce(request).pipe(Effect.retry({ while: (error) => error.isUnreachable, schedule: pauses }))

/** The part of the client that all its methods go through. */
interface Dialler {
  dial(options: object, callback: (error: unknown, answer: unknown) => void): void
}

/** Creates a container. The client's own method would put all of the body into the query too. */
export function createContainer(docker: Docker, name: string, body: object): Effect.Effect<string, EngineError> {
  const modem: Dialler = docker.modem
  const request = () =>
    new Promise<string>((resolve, reject) => {
      const options = {
        path: "/containers/create?",
        method: "POST",
        options: { _query: { name }, _body: body },
        statusCodes: { 201: true },
      }
      modem.dial(options, (error, answer) => {
        if (error) reject(error)
        else if (hasId(answer)) resolve(answer.Id)
        else reject(new Error("the engine's answer to a create has no ID"))
      })
    })
  return call(request)
}

const hasId = (answer: unknown): answer is { readonly Id: string } =>
  typeof answer === "object" && answer !== null && "Id" in answer && typeof answer.Id === "string"

/** Succeeds too when there was nothing to do: 304, e.g. "container already stopped". */
export const orUnchanged = (effect: Effect.Effect<unknown, EngineError>): Effect.Effect<void, EngineError> =>
  effect.pipe(
    Effect.asVoid,
    Effect.catch((error) => (error.status === 304 ? Effect.void : Effect.fail(error))),
  )
