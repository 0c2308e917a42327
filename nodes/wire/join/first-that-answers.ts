import * as Effect from "effect/Effect"
import { JoinError } from "./error.ts"

/** Asks one manager after the other until one answers: only being unreachable makes the next one be asked. */
export const firstThatAnswers = <A>(
  addresses: ReadonlyArray<string>,
  ask: (address: string) => Effect.Effect<A, JoinError>,
): Effect.Effect<A, JoinError> => {
  const nobody = new JoinError({ reason: "unreachable", message: "no manager to ask" })
  return addresses.reduce(
    (before: Effect.Effect<A, JoinError>, address) =>
      before.pipe(
        Effect.catchIf(
          ({ reason }) => reason === "unreachable",
          () => ask(address),
        ),
      ),
    Effect.fail(nobody),
  )
}
