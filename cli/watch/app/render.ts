import { blank, clip, type Line, lineWidth, type Picture, type Style, sized, span } from "../text.ts"
import { clock, elapsed, titleLine } from "../title.ts"
import { printable } from "../width.ts"
import { clusterView } from "./boxes.ts"
import { helpPage } from "./help-page.ts"
import { type Item, itemsOf, pageOf, placeOf } from "./items.ts"
import { bodyRows } from "./layout.ts"
import { eventsView, linesView, tasksView } from "./lists.ts"
import { modelOf } from "./model.ts"
import { completions } from "./palette.ts"
import { raftView } from "./raft-view.ts"
import { servicesView } from "./services-view.ts"
import type { Page, State } from "./state.ts"
import { type View, views } from "./views.ts"

const faint: Style = { fg: "faint" }

const viewNames: Readonly<Record<View, string>> = {
  cluster: "Cluster",
  raft: "Raft",
  services: "Services",
  events: "Events",
  time: "Time",
}

/** The screen: at most rows - 1 lines, none wider than its columns. Pure. */
export function render(state: State): Picture {
  const { columns, rows } = state.size
  const { scene, glyphs } = modelOf(state.status, state.unicode)
  const height = bodyRows(state)
  const body = bodyOf(state).slice(0, height)
  const space = Array.from({ length: Math.max(0, height - body.length) }, () => blank)
  return [titleLine(scene, columns, glyphs), tabs(state), ...body, ...space, lastLine(state)]
    .slice(0, Math.max(0, rows - 1))
    .map((line) => clip(line, Math.max(0, columns), glyphs.ellipsis))
}

function bodyOf(state: State): Picture {
  if (state.help) return helpPage(state)
  const items = itemsOf(state)
  const page = pageOf(state)
  if (page) return pageView(state, page, items)
  const height = bodyRows(state)
  switch (state.view) {
    case "cluster":
      return clusterView(state, items)
    case "raft":
      return raftView(state, items)
    case "services":
      return servicesView(state, items)
    case "events":
      return eventsView(state, items, height)
    case "time":
      return timeView(state, items, height)
  }
}

function pageView(state: State, page: Page, items: ReadonlyArray<Item>): Picture {
  const height = bodyRows(state)
  if (page.type === "node" || page.type === "service") return tasksView(state, items, height)
  if (page.type === "text") return linesView(state, items, height, "")
  const waiting = page.ended ?? (page.lines.length === 0 ? "no lines yet" : undefined)
  const end: Picture = waiting === undefined ? [] : [[span(` ${printable(waiting, state.unicode)}`, faint)]]
  return [...linesView(state, items, height - end.length, ""), ...end]
}

function timeView(state: State, items: ReadonlyArray<Item>, height: number): Picture {
  const { simulation, now } = state.status
  if (simulation === undefined) {
    return [[span(` ${clock(now)}  `), span("a real cluster's time is the wall clock's", faint)]]
  }
  const { speed, started, seed } = simulation
  const pace: Line =
    speed === 0
      ? [span("stands still", { fg: "warn", bold: true })]
      : [span(`${speed} times the wall clock`, { fg: "good" })]
  const head: Picture = [
    [
      span(" NOW      ", faint),
      span(clock(now), { bold: true }),
      span(`.${String(Math.floor(now % 1000)).padStart(3, "0")}`),
    ],
    [span(" SINCE    ", faint), span(clock(started)), span(`  (${elapsed(now - started)})`, faint)],
    [span(" PACE     ", faint), ...pace],
    [span(" SEED     ", faint), span(printable(seed, state.unicode))],
    [span(" space pauses and goes on   . next event   , 100 ms   + - faster and slower", faint)],
    blank,
  ]
  return [...head, ...eventsView(state, items, height - head.length)]
}

/** The views, the one that is shown marked; at the right the pages that lie over it, and the filter. */
function tabs(state: State): Line {
  const { columns } = state.size
  const { glyphs } = modelOf(state.status, state.unicode)
  const left: Line = views.flatMap((view, i): Line => {
    const here = view === state.view
    const name = columns >= 60 ? viewNames[view] : here ? viewNames[view] : ""
    return [span(here ? `[${i + 1} ${name}]` : ` ${i + 1} ${name} `, here ? { fg: "title", bold: true } : faint)]
  })
  const { filter } = placeOf(state)
  const trail = state.pages.map(({ name }) => `${glyphs.arrow} ${printable(name, state.unicode)} `).join("")
  const right: Line = [
    span(trail, { bold: true }),
    span(filter === "" ? "" : `/${printable(filter, state.unicode)} `, { fg: "warn", bold: true }),
  ]
  const room = columns - lineWidth(left)
  return room < 2 ? left : [...left, ...sized(right, room, glyphs.ellipsis, "right")]
}

/** What is asked, or what was said, or what is wrong, or which keys there are. */
function lastLine(state: State): Line {
  const { prompt, message, notice, unicode } = state
  const clean = (text: string) => printable(text, unicode)
  if (prompt) return promptLine(state, prompt)
  if (notice !== undefined) return [span(` ${clean(notice)}`, { fg: "bad", bold: true })]
  if (message) return [span(` ${clean(message.text)}`, { fg: message.tone, bold: message.tone !== "good" })]
  return [span(` ? help  : command  / filter  q quit  ${keysFor(state)}`, faint)]
}

/** The keys that this place has besides those of all. */
function keysFor(state: State): string {
  const page = pageOf(state)
  const simulated = state.status.simulation !== undefined
  if (page) return page.type === "node" || page.type === "service" ? "esc back  enter look  y yaml  l logs" : "esc back"
  switch (state.view) {
    case "cluster":
      return `enter open  D drain  A activate${simulated ? "  c crash  s start  x cut  h heal" : ""}`
    case "raft":
      return simulated ? "c crash  s start  x cut  h heal  space pause" : "enter open"
    case "services":
      return "enter open  S scale  R restart  l logs  y yaml"
    case "events":
      return "d describe"
    case "time":
      return ""
  }
}

function promptLine(state: State, prompt: NonNullable<State["prompt"]>): Line {
  const mark: Style = { fg: "title", bold: true }
  const cursor = state.unicode ? "▏" : "_"
  const clean = (text: string) => printable(text, state.unicode)
  switch (prompt.type) {
    case "confirm":
      return [span(` ${clean(prompt.question)} `, { fg: "warn", bold: true }), span("y yes  n no", faint)]
    case "scale":
      return [span(` replicas of ${clean(prompt.name)}: `, mark), span(clean(prompt.text) + cursor)]
    case "filter":
      return [span(" /", mark), span(clean(prompt.text) + cursor), span("  enter keeps, esc clears", faint)]
    case "palette": {
      const may = completions(state, prompt.text)
        .slice(0, 12)
        .map((line) => line.trim())
        .join("  ")
      return [span(" :", mark), span(clean(prompt.text) + cursor), span(`  ${may}`, faint)]
    }
  }
}
