/**
 * Aligns text in columns as Go's text/tabwriter does. A cell is ended by a tab; what follows the last tab of a line belongs to no column. A
 * column is a run of neighbouring lines that have it, and is as wide as its widest cell and the padding, but at least `minWidth`.
 */
export function alignColumns(text: string, options: { readonly minWidth: number; readonly padding: number }): string {
  const lines = text.split("\n").map((line) => line.split("\t"))
  const widths = lines.map((cells) => cells.map(() => 0))
  layOut(lines, widths, 0, lines.length, 0, options)
  return lines
    .map((cells, row) => {
      const last = cells.length - 1
      return cells.map((cell, column) => (column === last ? cell : pad(cell, widths[row]?.[column] ?? 0))).join("")
    })
    .join("\n")
}

/** Sets the widths of `column` and the ones right of it for the lines from `start` up to `end`. */
function layOut(
  lines: ReadonlyArray<ReadonlyArray<string>>,
  widths: ReadonlyArray<number[]>,
  start: number,
  end: number,
  column: number,
  options: { readonly minWidth: number; readonly padding: number },
): void {
  const has = (row: number) => column < (lines[row]?.length ?? 0) - 1
  let row = start
  while (row < end) {
    if (!has(row)) {
      row++
      continue
    }
    const first = row
    let width = options.minWidth
    for (; row < end && has(row); row++) width = Math.max(width, length(lines[row]?.[column] ?? "") + options.padding)
    for (let i = first; i < row; i++) {
      const line = widths[i]
      if (line !== undefined) line[column] = width
    }
    layOut(lines, widths, first, row, column + 1, options)
  }
}

const length = (cell: string): number => [...cell].length
const pad = (cell: string, width: number): string => cell + " ".repeat(Math.max(0, width - length(cell)))
