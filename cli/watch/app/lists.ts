import type { Task } from "../../../core/model/task.ts"
import { hasEnded, hasFailed, isWanted } from "../survey.ts"
import { type Column, listing, marked, titleStyle, windowStart } from "../table.ts"
import { blank, clip, type Line, type Picture, type Style, span } from "../text.ts"
import { clock, elapsed } from "../title.ts"
import { printable } from "../width.ts"
import { chosenIndex, type Item, placeOf } from "./items.ts"
import { type Model, modelOf } from "./model.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }

/** Tasks of a node or a service, those that have ended too: newest first in each slot. */
export function tasksView(state: State, items: ReadonlyArray<Item>, height: number): Picture {
  const model = modelOf(state.status, state.unicode)
  const tasks = items.flatMap((item) => (item.type === "task" ? [item] : []))
  if (tasks.length === 0) return [[span(" no tasks", faint)]]
  const chosen = chosenIndex(items, placeOf(state))
  return listing(state.size.columns, height, model.glyphs, taskColumns(state, model), tasks, chosen)
}

type TaskItem = Extract<Item, { type: "task" }>

function taskColumns(state: State, { glyphs, nodes }: Model): ReadonlyArray<Column<TaskItem>> {
  const clean = (text: string) => printable(text, glyphs.unicode)
  return [
    {
      title: "TASKS",
      rank: 0,
      maxWidth: 36,
      cell: ({ task, name }) => [span(`${glyphs.task[task.Status.State]} `, taskStyle(task)), span(clean(name))],
    },
    {
      title: "NODE",
      rank: 1,
      maxWidth: 24,
      cell: ({ task }) => [span(clean(nodes.get(task.NodeID ?? "")?.Description.Hostname ?? "-"))],
    },
    { title: "WANTED", rank: 3, cell: ({ task }) => [span(task.DesiredState, faint)] },
    { title: "STATE", rank: 1, cell: ({ task }) => [span(task.Status.State, taskStyle(task))] },
    {
      title: "SINCE",
      rank: 2,
      align: "right",
      cell: ({ task }) => [span(age(task, state.status.now), faint)],
    },
    { title: "ID", rank: 5, cell: ({ task }) => [span(clean(task.ID.slice(0, 12)), faint)] },
    {
      title: "ERROR",
      rank: 4,
      optional: true,
      least: 10,
      cell: ({ task }) => [span(clean(task.Status.Err ?? ""), hasFailed(task) ? { fg: "bad" } : {})],
    },
  ]
}

function taskStyle(task: Task): Style {
  if (hasFailed(task)) return { fg: "bad", bold: true }
  if (hasEnded(task) || !isWanted(task)) return { fg: "faint" }
  return task.Status.State === "running" ? { fg: "good" } : { fg: "warn" }
}

const age = (task: Task, now: number): string => elapsed(now - (Date.parse(task.Status.Timestamp) || now))

/** Events, newest at the bottom. */
export function eventsView(state: State, items: ReadonlyArray<Item>, height: number): Picture {
  const { glyphs } = modelOf(state.status, state.unicode)
  const rows = items.flatMap((item) => (item.type === "event" ? [item.event] : []))
  if (rows.length === 0) return [[span(" nothing has happened", faint)]]
  const draw = ({ at, kind, text, index }: (typeof rows)[number]): Line => [
    span(" "),
    span(`${clock(at)} `, faint),
    span(`${index === undefined ? "" : `#${index}`}`.padEnd(8), faint),
    span(kind.padEnd(8), { fg: kind === "raft" ? "title" : kind === "machine" ? "warn" : "faint" }),
    span(printable(text, glyphs.unicode)),
  ]
  return windowed(state, items, rows, height, " EVENTS   INDEX   KIND    WHAT", draw)
}

/** Lines of a text or of logs. */
export function linesView(state: State, items: ReadonlyArray<Item>, height: number, heading: string): Picture {
  const rows = items.map(({ words }) => words)
  const { unicode } = state
  return windowed(state, items, rows, height, heading, (words): Line => [span(" "), span(printable(words, unicode))])
}

function windowed<Row>(
  state: State,
  items: ReadonlyArray<Item>,
  rows: ReadonlyArray<Row>,
  height: number,
  heading: string,
  draw: (row: Row) => Line,
): Picture {
  const { glyphs } = modelOf(state.status, state.unicode)
  const chosen = chosenIndex(items, placeOf(state))
  const first = windowStart(rows.length, height - 1, chosen)
  const lines = rows.slice(first, first + Math.max(0, height - 1)).map((row, i) => {
    const line = draw(row)
    return first + i === chosen ? marked(line, glyphs) : line
  })
  const title: Line = heading === "" ? blank : [span(heading, titleStyle)]
  return [title, ...lines].map((line) => clip(line, state.size.columns, glyphs.ellipsis))
}
