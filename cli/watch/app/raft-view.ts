import type { LogEntryView } from "../../../nodes/status.ts"
import { byName } from "../names.ts"
import type { ManagerRow } from "../scene.ts"
import { listing, titleStyle } from "../table.ts"
import { blank, clip, type Line, type Picture, type Style, sized, span } from "../text.ts"
import { clock } from "../title.ts"
import { printable } from "../width.ts"
import { chosenIndex, type Item, placeOf } from "./items.ts"
import { bodyRows } from "./layout.ts"
import { type Model, modelOf } from "./model.ts"
import { raftColumns } from "./raft-columns.ts"
import { messageLines } from "./raft-messages.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }
const messages_max = 8
/** How many changes of leader are shown. */
const history_max = 5

/** The managers, what they say to each other, who led before, and the ends of their logs side by side. */
export function raftView(state: State, items: ReadonlyArray<Item>): Picture {
  const model = modelOf(state.status, state.unicode)
  const { columns } = state.size
  const height = bodyRows(state)
  const managers = items.flatMap((item) => (item.type === "manager" ? [item.manager] : []))
  const table = listing(
    columns,
    Math.min(managers.length + 1, Math.max(2, Math.floor(height / 2))),
    model.glyphs,
    raftColumns(state, model),
    managers,
    chosenIndex(items, placeOf(state)),
  )
  const room = height - table.length
  const space: Picture = room > 8 ? [blank] : []
  const messages = messageLines(state, Math.max(0, Math.min(messages_max, Math.floor(room / 4))))
  const left = room - messages.length
  const history = leadershipLines(state, Math.min(history_max, Math.max(0, Math.floor(left / 3) - 1)))
  const sections = [messages, history].filter(({ length }) => length > 0)
  const above = [...table, ...space, ...sections.flatMap((lines) => [...lines, ...space])]
  const logs = logLines(model, managers, columns, height - above.length)
  return [...above, ...logs].slice(0, height).map((line) => clip(line, columns, model.glyphs.ellipsis))
}

function leadershipLines({ leadership, status, past, unicode }: State, count: number): Picture {
  if (count < 1) return []
  const nobody = past ? "nobody has led so far" : "no change since we look"
  const last = leadership.slice(-count)
  const heading: Line = [span(" LEADERSHIP", titleStyle), span(last.length === 0 ? `  ${nobody}` : "", faint)]
  const lines = last
    .toReversed()
    .map(
      ({ at, text }, i): Line => [
        span(` ${clock(at)}  `, faint),
        span(printable(text, unicode), i === 0 ? { fg: "good" } : {}),
        span(i === 0 && status.now > at ? `  for ${Math.floor((status.now - at) / 1000)}s` : "", faint),
      ],
    )
  return [heading, ...lines]
}

const indexWidth = 9
const cellWidth_min = 14
const cellWidth_max = 24

/** A row for each index, a column for each manager that shows its log; committed entries are marked. */
function logLines(
  { glyphs, scene }: Model,
  managers: ReadonlyArray<ManagerRow>,
  columns: number,
  height: number,
): Picture {
  const shown = managers.filter(({ log }) => log !== undefined && log.length > 0).sort((a, b) => byName(a.name, b.name))
  if (shown.length === 0 || height < 2) return []
  const width = Math.max(cellWidth_min, Math.min(cellWidth_max, Math.floor((columns - indexWidth - 20) / shown.length)))
  const fitting = Math.max(1, Math.floor((columns - indexWidth) / width))
  const kept = shown.slice(0, fitting)
  const last = kept.reduce((most, { lastIndex }) => Math.max(most, lastIndex), 0)
  const first = kept.reduce((least, { log = [] }) => Math.min(least, log[0]?.index ?? last), last)
  const logs = kept.map(({ log = [] }) => new Map(log.map((entry) => [entry.index, entry])))
  const meaning = new Map<number, string>()
  for (const { index, text } of scene.events) {
    if (index !== undefined && !meaning.has(index)) meaning.set(index, text)
  }
  const heading: Line = [
    ...sized([span(" LOG", titleStyle)], indexWidth),
    ...kept.flatMap(({ name }) => sized([span(name, faint)], width, glyphs.ellipsis)),
    span(`${glyphs.committed} committed`, faint),
  ]
  const rows: Line[] = []
  for (let index = last; index > Math.max(first - 1, last - (height - 1)); index--) {
    const cells = kept.flatMap((manager, i) => sized(entryCell(logs[i]?.get(index), manager, glyphs.committed), width))
    rows.push([...sized([span(` ${index}`, faint)], indexWidth), ...cells, span(meaning.get(index) ?? "", faint)])
  }
  return [heading, ...rows]
}

const kindWord = { command: "", configuration: " conf", empty: " new term" } as const
const termColours = ["sky", "orange", "mint", "pink", "gold", "violet", "aqua", "lime"] as const

/** Entries of one term have one colour. */
function entryCell(entry: LogEntryView | undefined, { commit }: ManagerRow, committed: string): Line {
  if (entry === undefined) return blank
  const colour = termColours[entry.term % termColours.length] ?? "sky"
  const isCommitted = entry.index <= commit
  return [
    span(isCommitted ? `${committed} ` : "  ", { fg: "good" }),
    span(`t${entry.term}`, { fg: colour, bold: isCommitted }),
    span(entry.kind === "command" ? ` ${entry.bytes}B` : kindWord[entry.kind], faint),
  ]
}
