import type { View } from "../scenario.ts"
import { type Json, normaliseJson } from "./json.ts"
import { mapColumn, parseTable, printTable, shuffleColumn, type Table } from "./table.ts"
import { collapsePadding, maskLabels, normaliseText, section, withoutProgress } from "./text.ts"

/** What came back: the exit code of the command, or the status of the request. */
export interface Raw {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The same, without what is arbitrary. `json` stands in place of the lines of standard output. */
export interface Normalised {
  readonly code: number
  readonly stdout: ReadonlyArray<string>
  readonly stderr: ReadonlyArray<string>
  readonly json?: Json
}

/** Names of the machines as this cluster has them, to the names every cluster has in the fixtures. */
export type Names = ReadonlyMap<string, string>

export function normalise(raw: Raw, view: View, names: Names): Normalised {
  const clean = (text: string) =>
    (view.replace ?? []).reduce((so, [from, to]) => so.replace(from, to), normaliseText(rename(text, names)))
  const stderr = toLines(clean(raw.stderr))
  const json = view.json === true ? parse(rename(raw.stdout, names)) : undefined
  if (json !== undefined) {
    const plain = normaliseJson(json, view.mask ?? [])
    return { code: raw.code, stdout: [], stderr, json: view.sorted === true ? sortedList(plain) : plain }
  }
  return { code: raw.code, stdout: viewLines(raw.stdout, view, clean), stderr }
}

function rename(text: string, names: Names): string {
  return text.replace(/[A-Za-z0-9_-]+/g, (word) => names.get(word) ?? word)
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

const sortedList = (value: Json): Json =>
  Array.isArray(value) ? [...value].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : value

const canonical = (value: Json): string =>
  JSON.stringify(value, (_, inner: Json) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

function toLines(text: string): ReadonlyArray<string> {
  const lines = text.split("\n").map(collapsePadding)
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines
}

type Clean = (text: string) => string

function viewLines(text: string, view: View, clean: Clean): ReadonlyArray<string> {
  // The table first: its columns are found by where they stand in the text as it was printed.
  const table = parseTable(text.split("\n"))
  if (table === undefined) return viewText(clean(text), view)
  return printTable(viewTable(table, view, clean), view.sorted === true)
}

function viewText(text: string, view: View): ReadonlyArray<string> {
  const all = withoutProgress(toLines(text))
  const kept = view.section === undefined ? all : section(all, view.section)
  const masked = kept.map((line) => maskLabels(line, view.mask ?? []))
  const shown = view.labels === true ? masked.map((line) => line.replace(/:.*$/, ":")) : masked
  return view.sorted === true ? shown.toSorted() : shown
}

function viewTable(table: Table, view: View, clean: Clean): Table {
  const cells = { ...table, rows: table.rows.map((row) => row.map(clean)) }
  const ids = ["ID", "NETWORK ID"].reduce<Table>(
    (so, column) => mapColumn(so, column, (cell) => cell.replace(/^[0-9a-z]{10,}/, "<id>")),
    cells,
  )
  const versions = mapColumn(ids, "ENGINE VERSION", () => "<version>")
  const placed = view.nodes === "any" ? mapColumn(versions, "NODE", (cell) => (cell === "" ? "" : "<node>")) : versions
  const shuffled = [...(view.shuffled ?? []), ...(view.nodes === "shuffled" ? ["NODE"] : [])]
  return shuffled.reduce<Table>(shuffleColumn, placed)
}
