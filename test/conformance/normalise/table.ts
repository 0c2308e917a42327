/** Docker's tables, read by the columns of their heading, so that an empty cell is seen as one. */

export interface Table {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** None when the lines are not a table: its heading is all capitals, with two columns or more, two spaces or more apart. */
export function parseTable(lines: ReadonlyArray<string>): Table | undefined {
  const [heading, ...body] = lines
  if (heading === undefined || !/^[A-Z][A-Z ]* {2,}[A-Z]/.test(heading) || /[^A-Z ]/.test(heading)) return undefined
  const found = [...heading.matchAll(/\S+(?: \S+)*/g)]
  const starts = found.map((column) => column.index)
  const cells = (line: string) => starts.map((start, at) => line.slice(start, starts[at + 1] ?? line.length).trim())
  return { columns: found.map((column) => column[0]), rows: body.filter((line) => line !== "").map(cells) }
}

export function mapColumn(table: Table, column: string, change: (cell: string) => string): Table {
  const at = table.columns.indexOf(column)
  return { ...table, rows: table.rows.map((row) => row.map((cell, index) => (index === at ? change(cell) : cell))) }
}

/** Hands the values of a column out anew in sorted order, among the rows that have one: they count as a set. */
export function shuffleColumn(table: Table, column: string): Table {
  const at = table.columns.indexOf(column)
  const values = table.rows.map((row) => row[at] ?? "").filter((cell) => cell !== "")
  const sorted = values.toSorted()
  let next = 0
  return mapColumn(table, column, (cell) => (cell === "" ? cell : (sorted[next++] ?? cell)))
}

export function printTable(table: Table, sorted: boolean): ReadonlyArray<string> {
  const print = (cells: ReadonlyArray<string>) => cells.join(" | ").trimEnd()
  const rows = table.rows.map(print)
  return [print(table.columns), ...(sorted ? rows.toSorted() : rows)]
}
