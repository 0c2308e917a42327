import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { type ApiError, apiError } from "../../core/errors.ts"
import { type Millis, toRfc3339 } from "../../core/instant.ts"
import type { PastMoment, SimulatedPast } from "../../nodes/api/gateway.ts"
import type { Host } from "../cluster/host.ts"
import { History, type Look } from "../session/history.ts"
import type { Target } from "../session/replay.ts"
import { Diverged } from "../session/session.ts"
import type { PacedCluster } from "./paced.ts"

/** Worlds of the past are let go of when nobody has looked for so long. */
const forgotten_ms: Millis = 5 * 60_000

/** An interactive cluster as it was, for whoever asks; one at a time. */
export class Past {
  readonly #paced: PacedCluster
  readonly #history: History
  readonly #turn = Semaphore.makeUnsafe(1)
  #idle: NodeJS.Timeout | undefined

  constructor(paced: PacedCluster, hostOf: (host: Host) => string | undefined) {
    const { session } = paced
    this.#paced = paced
    const addressOf = (host: Host) => {
      const living = session.cluster.world.host(host.name)
      return living && hostOf(living)
    }
    this.#history = new History({
      options: session.options,
      entries: session.log.entries,
      status: () => ({ speed: paced.speed, hostOf: addressOf }),
    })
  }

  look(moment: PastMoment): Effect.Effect<SimulatedPast, ApiError> {
    return Effect.gen({ self: this }, function* () {
      yield* this.#paced.catchUp
      const refusal = this.#refusal(moment)
      if (refusal) return yield* Effect.fail(refusal)
      const now = this.#paced.session.moment
      // Of this very instant, not all that is due need have happened.
      const target = "at" in moment && moment.at === now.at ? now : moment
      const look = yield* this.#turn.withPermits(1)(this.#reach(target))
      this.#forgetLater()
      const { event, at } = this.#paced.session.moment
      return { Event: look.moment.event, At: look.moment.at, End: { Event: event, At: at }, Status: look.status }
    })
  }

  #reach(target: Target): Effect.Effect<Look, ApiError> {
    return slices(this.#history.look(target)).pipe(
      Effect.catch((error) => {
        // It does not lead where it should: the next look had better begin anew.
        this.#history.forget()
        return Effect.fail(error)
      }),
    )
  }

  #refusal(moment: PastMoment): ApiError | undefined {
    const { session } = this.#paced
    const { start } = session.options
    const now = session.moment
    const { fullAt } = session.log
    if ("at" in moment) {
      if (moment.at < start) return apiError(400, `the session began at ${toRfc3339(start)}`)
      if (moment.at > now.at) return apiError(400, `that is still to come: the clock shows ${toRfc3339(now.at)}`)
      return fullAt && moment.at >= fullAt.at ? full(fullAt.at) : undefined
    }
    if (moment.event > now.event) return apiError(400, `that is still to come: ${now.event} events have happened`)
    return fullAt && moment.event > fullAt.event ? full(fullAt.at) : undefined
  }

  #forgetLater(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#history.forget(), forgotten_ms).unref()
  }
}

const full = (at: number): ApiError =>
  apiError(410, `too much has come in since ${toRfc3339(at)} to be remembered: only what was before can be looked at`)

/** The way there in slices, between which others have their turn. Interrupted, it can be gone on with. */
function slices(way: Generator<void, Look>): Effect.Effect<Look, ApiError> {
  return Effect.gen(function* () {
    while (true) {
      const next = yield* Effect.try({ try: () => way.next(), catch: (error) => error }).pipe(
        Effect.catch((error) =>
          error instanceof Diverged
            ? Effect.fail(apiError(500, `the past cannot be replayed: ${error.message}`))
            : Effect.die(error),
        ),
      )
      if (next.done === true) return next.value
      yield* Effect.sleep(1)
    }
  })
}
