import type { StatusEvent } from "../../../nodes/status.ts"
import type { Moment } from "./moments.ts"
import type { State } from "./state.ts"

/** Whether one can go back: simulations remember what came in, real clusters do not. */
export const canGoBack = ({ status }: Pick<State, "status">): boolean => status.simulation?.event !== undefined

export const isRecorded = ({ status }: State): boolean => status.simulation?.recorded === true

/** All that is known to have happened: before the moment on the screen, and after. */
export function allEvents({ past, events }: State): ReadonlyArray<StatusEvent> {
  if (past?.moment === undefined) return events
  const { at } = past.moment
  return [...events, ...past.live.events.filter((event) => event.at > at)]
}

/** Why nothing can be done here; undefined where it can. */
export function refusal(state: State): string | undefined {
  if (state.past === undefined) return undefined
  return isRecorded(state)
    ? "this is a recording: one can only look"
    : "this is the past: one can only look. T goes back to now"
}

/** The moment that is on the screen, or will be as soon as it has come. */
export function here(state: State): Moment {
  const { past, status } = state
  return past?.moment ?? { event: status.simulation?.event ?? 0, at: status.now }
}
