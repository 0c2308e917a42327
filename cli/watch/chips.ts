import type { Cell } from "./cells.ts"
import type { Glyphs } from "./glyphs.ts"
import { clip, type Line, type Span, type Style, span } from "./text.ts"
import { widthOf } from "./width.ts"

/** A sign, one letter and a space. */
const narrowest = 3

/**
 * Tasks as cells on at most so many lines of a width: each by itself while they fit, else one cell for those of a service that are in
 * the same state ("vote ×12"), and as many of these as fit.
 */
export function chips(cells: ReadonlyArray<Cell>, width: number, height: number, glyphs: Glyphs): ReadonlyArray<Line> {
  if (width < 1 || height < 1) return [[]]
  if (cells.length * narrowest <= (width + 1) * height) {
    const single = flow(
      cells.map((cell) => chip(cell, cell.label)),
      width,
    )
    if (single.length <= height) return single
  }
  const grouped = flow(
    groups(cells).map(({ cell, count }) =>
      chip(cell, count === 1 ? cell.label : `${cell.service} ${glyphs.times}${count}`),
    ),
    width,
  )
  if (grouped.length <= height) return grouped
  const kept = grouped.slice(0, height)
  const last = kept.pop() ?? []
  return [...kept, [...clip(last, width - 2), span(` ${glyphs.ellipsis}`, { fg: "faint" })]]
}

/** A running task is a block of its service's colour; anything else is drawn in outline, so that what is not right stands out. */
const chip = (cell: Cell, label: string): Span => span(`${cell.glyph}${label}`, chipStyle(cell))

function chipStyle({ mood, colour }: Cell): Style {
  switch (mood) {
    case "running":
      return { fg: "ink", bg: colour }
    case "failed":
      return { fg: "bad", bold: true }
    case "coming":
    case "done":
      return { fg: colour }
    case "leaving":
    case "lost":
      return { fg: "faint" }
  }
}

function flow(parts: ReadonlyArray<Span>, width: number): ReadonlyArray<Line> {
  let line: Span[] = []
  const lines = [line]
  let taken = 0
  for (const part of parts) {
    const partWidth = Math.min(width, widthOf(part.text))
    if (taken > 0 && taken + 1 + partWidth > width) {
      line = []
      lines.push(line)
      taken = 0
    }
    if (taken > 0) line.push(span(" "))
    line.push(...clip([part], width))
    taken += partWidth + (taken > 0 ? 1 : 0)
  }
  return lines
}

function groups(cells: ReadonlyArray<Cell>): ReadonlyArray<{ readonly cell: Cell; readonly count: number }> {
  const known = new Map<string, { cell: Cell; count: number }>()
  for (const cell of cells) {
    const key = `${cell.service}/${cell.mood}/${cell.glyph}`
    const group = known.get(key)
    if (group) group.count++
    else known.set(key, { cell, count: 1 })
  }
  return [...known.values()]
}
