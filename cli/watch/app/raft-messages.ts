import type { MessageView } from "../../../nodes/status.ts"
import type { Glyphs } from "../glyphs.ts"
import { titleStyle } from "../table.ts"
import { type Line, type Picture, type Style, sized, span } from "../text.ts"
import { printable, widthOf } from "../width.ts"
import { modelOf } from "./model.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }
const way_cells = 9
const type_cells = 15

/** What the managers say to each other: how much a second, and, where it can be seen, each message on its way. At most `height` lines. */
export function messageLines(state: State, height: number): Picture {
  const { messages } = state.status
  const rates = ratesLine(state)
  if (height < 1 || (messages === undefined && rates.length === 0)) return []
  const heading: Line = [span(" MESSAGES  ", titleStyle), ...rates]
  if (messages === undefined || height < 2) return [heading]
  const { glyphs } = modelOf(state.status, state.unicode)
  const names = state.status.managers.map(({ name }) => printable(name, state.unicode))
  const width = Math.min(20, Math.max(...names.map(widthOf), 1))
  const shown = messages.slice(0, height - 1).map((message) => messageLine(message, state, glyphs, width))
  if (messages.length === 0) shown.push([span(` nothing is on its way${hint(state)}`, faint)])
  // Of the same height always: what stands below is not to jump.
  const space = Array.from({ length: Math.max(0, height - 1 - shown.length) }, (): Line => [])
  const hidden = messages.length - shown.length
  return [hidden > 0 ? [...heading, span(`  ${hidden} more on their way`, faint)] : heading, ...shown, ...space]
}

/** Messages take some milliseconds: whoever wants to see them has to slow time down. */
const hint = ({ past, status }: State): string =>
  past !== undefined || (status.simulation?.speed ?? 0) < 0.1 ? "" : ": space stops time, . lets one event happen"

function ratesLine({ rates, past, status }: State): Line {
  if (past !== undefined || rates === undefined) return []
  const parts = status.managers.flatMap(({ name }) => {
    const sent = rates.perSecond.get(name)
    if (sent === undefined || sent.appends + sent.heartbeats + sent.snapshots < 0.05) return []
    const words = kinds.flatMap((kind) => (sent[kind] > 0 ? [`${shown(sent[kind])} ${kind}/s`] : []))
    return [`${name} sends ${words.join(", ")}`]
  })
  return parts.length === 0 ? [] : [span(printable(parts.join("; "), true), faint)]
}

const kinds = ["heartbeats", "appends", "entries", "snapshots"] as const

const shown = (rate: number): string => (rate >= 10 ? String(Math.round(rate)) : String(Math.round(rate * 10) / 10))

function messageLine(message: MessageView, { status, unicode }: State, glyphs: Glyphs, width: number): Line {
  const clean = (text: string) => printable(text, unicode)
  const { from, to, type, term, text, sentAt, arrivesAt } = message
  const done = Math.min(1, Math.max(0, (status.now - sentAt) / Math.max(1, arrivesAt - sentAt)))
  const place = Math.round(done * (way_cells - 1))
  const style = styles[type] ?? {}
  return [
    span(" "),
    ...sized([span(clean(from))], width, glyphs.ellipsis, "right"),
    span(` ${glyphs.rule.repeat(place)}`, { fg: "rule" }),
    span(glyphs.nodeUp, style),
    span(`${glyphs.rule.repeat(way_cells - 1 - place)}${glyphs.arrow} `, { fg: "rule" }),
    ...sized([span(clean(to))], width, glyphs.ellipsis),
    ...sized([span(`${Math.max(0, arrivesAt - status.now)}ms`, faint)], 6, "", "right"),
    span("  "),
    ...sized([span(clean(type), style)], type_cells, glyphs.ellipsis),
    span(term === undefined ? "    " : `t${term}`.padEnd(4), faint),
    span(clean(text)),
  ]
}

const styles: Readonly<Record<string, Style>> = {
  vote: { fg: "warn", bold: true },
  "vote-reply": { fg: "warn" },
  "pre-vote": { fg: "gold" },
  "pre-vote-reply": { fg: "gold" },
  append: { fg: "sky", bold: true },
  "append-reply": { fg: "sky" },
  heartbeat: { fg: "good" },
  "heartbeat-reply": { fg: "faint" },
  snapshot: { fg: "violet", bold: true },
}
