import { blank, type Line, type Picture, type Style, span } from "../text.ts"
import { clock, elapsed, offset, type TitlePast } from "../title.ts"
import { printable } from "../width.ts"
import type { Item } from "./items.ts"
import { eventsView } from "./lists.ts"
import { modelOf } from "./model.ts"
import { canGoBack, isRecorded } from "./past.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }

/** What the title says of the moment that is shown; undefined when it is now. */
export function titlePast(state: State): TitlePast | undefined {
  const { past, status } = state
  if (past === undefined) return undefined
  const { started = status.now } = status.simulation ?? {}
  const at_ms = status.now - started
  const speed = past.playing ? past.speed : 0
  return { at_ms, end_ms: Math.max(at_ms, past.end.at - started), recorded: isRecorded(state), speed }
}

/** The clock of a simulated cluster, where on the way one is, and what happened: before, and after. */
export function timeView(state: State, items: ReadonlyArray<Item>, height: number): Picture {
  const { simulation, now } = state.status
  if (simulation === undefined) {
    return [[span(` ${clock(now)}  `), span("a real cluster's time is the wall clock's", faint)]]
  }
  const { started, seed } = simulation
  const head: Picture = [
    [
      span(state.past ? " THEN     " : " NOW      ", faint),
      span(clock(now), { bold: true }),
      span(`.${String(Math.floor(now % 1000)).padStart(3, "0")}`),
      span(state.past ? `  after ${simulation.event} events` : "", faint),
    ],
    [span(" SINCE    ", faint), span(clock(started)), span(`  (${elapsed(now - started)})`, faint)],
    [span(" PACE     ", faint), ...pace(state)],
    [span(" SEED     ", faint), span(printable(seed, state.unicode))],
    [span(" space pauses and goes on   . next event   , 100 ms   + - faster and slower", faint)],
    ...wayLines(state),
    blank,
  ]
  return [...head, ...eventsView(state, items, height - head.length)]
}

function pace({ past, status }: State): Line {
  const speed = past ? (past.playing ? past.speed : 0) : (status.simulation?.speed ?? 1)
  return speed === 0
    ? [span("stands still", { fg: "warn", bold: true })]
    : [span(`${speed} times the wall clock`, { fg: "good" })]
}

/** The whole way as a bar, and how one moves on it. */
function wayLines(state: State): Picture {
  if (!canGoBack(state)) return []
  const { glyphs } = modelOf(state.status, state.unicode)
  const { now, simulation } = state.status
  const { started = now } = simulation ?? {}
  const { at_ms, end_ms, recorded } = titlePast(state) ?? {
    at_ms: now - started,
    end_ms: now - started,
    recorded: false,
  }
  const right = ` ${offset(end_ms)} ${recorded ? "end" : "now"}`
  const width = Math.max(10, state.size.columns - 11 - right.length)
  const place = end_ms === 0 ? width - 1 : Math.round((at_ms / end_ms) * (width - 1))
  return [
    [
      span(
        ` [ ] an event   { } a line below   < > ten seconds   t to a time   T ${recorded ? "to the end" : "back to now"}`,
        faint,
      ),
    ],
    [
      span(" WAY      ", faint),
      span(glyphs.rule.repeat(place), { fg: "good" }),
      span(glyphs.square, { fg: state.past ? "warn" : "good", bold: true }),
      span(glyphs.rule.repeat(width - 1 - place), { fg: "rule" }),
      span(right, faint),
    ],
  ]
}
