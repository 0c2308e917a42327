import type { Glyphs } from "./glyphs.ts"
import { clip, type Line, lineWidth, type Picture, type Style, sized, span } from "./text.ts"
import { widthOf } from "./width.ts"

/** `rank` decides who leaves when the table is too wide: the highest goes first; 0 stays. The last column may shrink down to `least`. */
export interface Column<Row> {
  readonly title: string
  readonly rank: number
  readonly align?: "left" | "right"
  readonly minWidth?: number
  readonly maxWidth?: number
  readonly least?: number
  /** Left out while it says nothing. */
  readonly optional?: boolean
  cell(row: Row): Line
}

interface Measured<Row> extends Column<Row> {
  readonly width: number
}

const gap = 2
const indent = span(" ")

/**
 * A heading and one line a row, at most `height` lines. The first column's title is the section's name. Of too many rows those in trouble
 * are shown first, and the heading says how many are not.
 */
export function table<Row>(
  width: number,
  height: number,
  glyphs: Glyphs,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  isTroubled: (row: Row) => boolean,
): Picture {
  if (height < 1) return []
  const shown = mostTelling(rows, height - 1, isTroubled)
  const hidden = rows.length - shown.length
  const more = hidden > 0 ? [span(`${glyphs.ellipsis} ${hidden} more `, { fg: "warn" })] : []
  return drawn(width, glyphs, columns, shown, more, (lineOfRow) => shown.map(lineOfRow))
}

/** The same, but the rows are a window of a longer list, one of them chosen; the heading says where the window stands. */
export function listing<Row>(
  width: number,
  height: number,
  glyphs: Glyphs,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  chosen: number,
): Picture {
  if (height < 1) return []
  const first = windowStart(rows.length, height - 1, chosen)
  const shown = rows.slice(first, first + height - 1)
  return drawn(width, glyphs, columns, shown, position(rows.length, shown.length, chosen), (lineOfRow) =>
    shown.map((row, i) => (first + i === chosen ? marked(lineOfRow(row), glyphs) : lineOfRow(row))),
  )
}

/** A row's group: the heading stands over the first row of it. */
interface GroupOf {
  readonly key: string
  readonly heading: Line
}

/** A listing whose rows stand in groups. The group of the topmost row keeps its heading on the screen. */
export function groupedListing<Row>(
  width: number,
  height: number,
  glyphs: Glyphs,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  chosen: number,
  groupOf: (row: Row) => GroupOf | undefined,
): Picture {
  if (height < 1) return []
  const entries = entriesOf(rows, groupOf)
  const at = entries.findIndex(({ index, heading }) => heading === undefined && index === chosen)
  const first = windowStart(entries.length, height - 1, at)
  const window = entries.slice(first, first + height - 1)
  const shown = withTopHeading(window, rows, at - first, groupOf)
  const shownRows = shown.flatMap(({ index, heading }) => (heading === undefined ? rows.slice(index, index + 1) : []))
  return drawn(width, glyphs, columns, shownRows, position(rows.length, shownRows.length, chosen), (lineOfRow) =>
    shown.map(({ index, heading }): Line => {
      const row = rows[index]
      if (heading !== undefined || row === undefined) return [indent, ...(heading ?? [])]
      return index === chosen ? marked(lineOfRow(row), glyphs) : lineOfRow(row)
    }),
  )
}

/** Where the window stands; nothing when it shows all. */
const position = (count: number, shown: number, chosen: number): Line =>
  count > shown ? [span(` ${chosen + 1}/${count} `, { fg: "faint" })] : []

/** The titles over a body's lines. Which columns there are, and how wide, the shown rows decide. */
function drawn<Row>(
  width: number,
  glyphs: Glyphs,
  columns: ReadonlyArray<Column<Row>>,
  shown: ReadonlyArray<Row>,
  more: Line,
  body: (lineOfRow: (row: Row) => Line) => Picture,
): Picture {
  const kept = choose(
    width - 1,
    columns.filter((column) => saysSomething(column, shown)).map((column) => measure(column, shown)),
  )
  const titles = lineOf(kept, glyphs, (column, first) => [span(column.title, first ? titleStyle : { fg: "faint" })])
  const lines = body((row) => lineOf(kept, glyphs, (column) => column.cell(row)))
  return [withMore(titles, more, width), ...lines].map((line) => clip(line, width, glyphs.ellipsis))
}

/** A heading, or the row at `index`. */
interface Entry {
  readonly index: number
  readonly heading: Line | undefined
}

function entriesOf<Row>(rows: ReadonlyArray<Row>, groupOf: (row: Row) => GroupOf | undefined): ReadonlyArray<Entry> {
  let last: string | undefined
  return rows.flatMap((row, index): ReadonlyArray<Entry> => {
    const group = groupOf(row)
    const own = { index, heading: undefined }
    if (group === undefined || group.key === last) return [own]
    last = group.key
    return [{ index, heading: group.heading }, own]
  })
}

/** Where the window begins in the middle of a group, its heading takes the place of the first row, unless that is the chosen one. */
function withTopHeading<Row>(
  window: ReadonlyArray<Entry>,
  rows: ReadonlyArray<Row>,
  chosen: number,
  groupOf: (row: Row) => GroupOf | undefined,
): ReadonlyArray<Entry> {
  const [top, ...rest] = window
  const row = top && rows[top.index]
  if (top === undefined || row === undefined || top.heading !== undefined || chosen === 0) return window
  const group = groupOf(row)
  return group === undefined ? window : [{ index: top.index, heading: group.heading }, ...rest]
}

/** Where a window over `count` rows begins, so that the chosen one is in its middle as far as the ends allow. */
export const windowStart = (count: number, height: number, chosen: number): number =>
  Math.max(0, Math.min(chosen - Math.floor(height / 2), count - height))

/** The line of what is chosen: a mark in place of its indent, and bold. */
export const marked = ([, ...rest]: Line, glyphs: Glyphs): Line => [
  span(glyphs.chosen, { fg: "title", bold: true }),
  ...rest.map((part) => ({ ...part, bold: true })),
]

export const titleStyle: Style = { fg: "title", bold: true }

/** So many of the rows, in their order: those in trouble before the others. */
export function mostTelling<Row>(
  rows: ReadonlyArray<Row>,
  count: number,
  isTroubled: (row: Row) => boolean,
): ReadonlyArray<Row> {
  if (rows.length <= count) return rows
  const places = rows.map((row, i) => ({ i, weight: isTroubled(row) ? 0 : 1 }))
  const kept = places.toSorted((a, b) => a.weight - b.weight || a.i - b.i).slice(0, Math.max(0, count))
  const chosen = new Set(kept.map(({ i }) => i))
  return rows.filter((_, i) => chosen.has(i))
}

/** A heading with what is not shown at its right end. */
export function withMore(heading: Line, more: Line, width: number): Line {
  if (more.length === 0) return heading
  return [...sized(heading, Math.max(0, width - lineWidth(more))), ...more]
}

function lineOf<Row>(
  columns: ReadonlyArray<Measured<Row>>,
  glyphs: Glyphs,
  cell: (column: Measured<Row>, first: boolean) => Line,
): Line {
  return columns.flatMap((column, i) => [
    i === 0 ? indent : span(" ".repeat(gap)),
    ...sized(cell(column, i === 0), column.width, glyphs.ellipsis, column.align),
  ])
}

const saysSomething = <Row>(column: Column<Row>, rows: ReadonlyArray<Row>): boolean =>
  column.optional !== true || rows.some((row) => lineWidth(column.cell(row)) > 0)

function measure<Row>(column: Column<Row>, rows: ReadonlyArray<Row>): Measured<Row> {
  const widest = rows.reduce((most, row) => Math.max(most, lineWidth(column.cell(row))), widthOf(column.title))
  return {
    ...column,
    width: Math.min(Math.max(widest, column.minWidth ?? 0), column.maxWidth ?? Number.MAX_SAFE_INTEGER),
  }
}

/** Leaves columns out until the rest fits. */
function choose<Row>(width: number, columns: ReadonlyArray<Measured<Row>>): ReadonlyArray<Measured<Row>> {
  const kept = [...columns]
  for (;;) {
    const last = kept.at(-1)
    if (last === undefined) return kept
    const others = kept.slice(0, -1).reduce((sum, column) => sum + column.width + gap, 0)
    const room = width - others
    if (room >= Math.min(last.width, last.least ?? last.width)) {
      return [...kept.slice(0, -1), { ...last, width: Math.min(last.width, room) }]
    }
    const highest = Math.max(...kept.map(({ rank }) => rank))
    if (highest === 0) return kept
    kept.splice(
      kept.findLastIndex(({ rank }) => rank === highest),
      1,
    )
  }
}
