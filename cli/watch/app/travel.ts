import type { Instant, Millis } from "../../../core/instant.ts"
import { isSpeed, notASpeed, type Step, say, still } from "./actions.ts"
import { type Moment, type Past, type PastAsk, type PastLook, parseSpan } from "./moments.ts"
import { allEvents, canGoBack, here, isRecorded } from "./past.ts"
import { bottom, isLeadership, lastOf, type State } from "./state.ts"

const onlySimulated = "only in a simulated cluster can one go back in time"

export function goToPast(state: State, ask: PastAsk): Step {
  const { simulation } = state.status
  if (simulation === undefined || !canGoBack(state)) return say(state, onlySimulated)
  const end = state.past?.end ?? here(state)
  const first = Math.max(0, "event" in ask ? ask.event : simulation.started)
  const bounded: PastAsk = "event" in ask ? { event: first } : { at: Math.max(simulation.started, ask.at) }
  const isAtEnd = "event" in bounded ? bounded.event >= end.event : bounded.at >= end.at
  if (isAtEnd) return toNow(state)
  const past: Past = { ...(state.past ?? beginning(state, end)), wanted: bounded }
  return { state: { ...state, past }, effects: [{ type: "look back", ask: bounded }] }
}

const beginning = ({ status, events, leadership }: State, end: Moment): Past => ({
  live: { status, events, leadership },
  moment: undefined,
  end,
  wanted: undefined,
  playing: false,
  speed: 1,
})

/** Back to what is now; in a recording, to its end. */
export function toNow(state: State): Step {
  const { past } = state
  if (past === undefined) return still(state)
  if (isRecorded(state)) {
    const atEnd = past.moment?.event === past.end.event && past.moment.at === past.end.at
    if (atEnd) return still({ ...state, past: { ...past, playing: false } })
    const ask = { at: past.end.at }
    const next: Past = { ...past, wanted: ask, playing: false }
    return { state: { ...state, past: next }, effects: [{ type: "look back", ask }] }
  }
  const places = { ...state.places, time: bottom, events: bottom }
  return still({ ...state, ...past.live, places, past: undefined })
}

export function byEvents(state: State, count: number): Step {
  const wanted = state.past?.wanted
  const from = wanted && "event" in wanted ? wanted.event : here(state).event
  return goToPast(state, { event: from + count })
}

/** The time that is asked for, else the one on the screen: keys that come before an answer add up. */
function timeInSight(state: State): Instant {
  const wanted = state.past?.wanted
  return wanted && "at" in wanted ? wanted.at : here(state).at
}

export function byTime(state: State, span_ms: Millis): Step {
  return goToPast(state, { at: timeInSight(state) + span_ms })
}

/** To the line before, or after, of what happened. */
export function byLines(state: State, direction: 1 | -1): Step {
  const from = timeInSight(state)
  const times = allEvents(state).map(({ at }) => at)
  const at = direction < 0 ? times.findLast((time) => time < from) : times.find((time) => time > from)
  if (at !== undefined) return goToPast(state, { at })
  return direction > 0 ? toNow(state) : goToPast(state, { at: state.status.simulation?.started ?? 0 })
}

/** A line of the prompt: seconds, or a span like 1m30s, since the beginning; with a minus before the end. */
export function toTime(state: State, text: string): Step {
  const { simulation } = state.status
  if (simulation === undefined) return say(state, onlySimulated)
  const span_ms = parseSpan(text.trim().replace(/^-/, ""))
  if (span_ms === undefined) return say(state, `${text || "nothing"} is no time: 12.5, 1m30s, -10s`, "bad")
  const end = state.past?.end ?? here(state)
  return goToPast(state, { at: text.trim().startsWith("-") ? end.at - span_ms : simulation.started + span_ms })
}

export function togglePlay(state: State, past: Past): Step {
  if (past.playing) return still({ ...state, past: { ...past, playing: false } })
  const atEnd = isRecorded(state) && past.moment !== undefined && past.moment.at >= past.end.at
  const playing: State = { ...state, past: { ...past, playing: true } }
  return atEnd ? goToPast(playing, { at: state.status.simulation?.started ?? 0 }) : still(playing)
}

export function playAt(state: State, past: Past, speed: number): Step {
  if (!isSpeed(speed)) return notASpeed(state)
  return still({ ...state, past: { ...past, speed } })
}

/** So much time passed on the wall. */
export function playOn(state: State, passed_ms: Millis): Step {
  const { past } = state
  if (!past?.playing || past.wanted !== undefined || past.moment === undefined) return still(state)
  if (isRecorded(state) && past.moment.at >= past.end.at) return still({ ...state, past: { ...past, playing: false } })
  return goToPast(state, { at: past.moment.at + Math.max(1, Math.round(passed_ms * past.speed)) })
}

/** What was asked for has come. */
export function arrived(state: State, { event, at, end, status }: PastLook, isLast: boolean): State {
  const { past } = state
  if (past === undefined) return state
  const moment = { event, at }
  return {
    ...state,
    status,
    events: status.events,
    leadership: status.events.filter(isLeadership),
    places: { ...state.places, time: { ...lastOf(status.events), filter: state.places.time.filter } },
    past: { ...past, moment, end, wanted: isLast ? undefined : past.wanted },
  }
}

/** It could not be had: what was shown stays. */
export function failed(state: State, text: string): State {
  const { past } = state
  if (past === undefined) return state
  const message = { text, tone: "bad" as const }
  if (past.moment === undefined) return { ...state, ...past.live, past: undefined, message }
  return { ...state, message, past: { ...past, wanted: undefined, playing: false } }
}

/** What is now, while something else is shown. */
export function meanwhile(past: Past, live: Past["live"]): Past {
  const { simulation, now } = live.status
  const event = simulation?.event ?? past.end.event
  return { ...past, live, end: simulation?.recorded ? past.end : { event, at: now } }
}
