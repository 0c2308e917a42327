import type { TemplateFunction } from "../../core/template/functions.ts"
import { goJson, sorted } from "../../core/template/go-json.ts"
import { CliError } from "../errors.ts"
import { alignColumns } from "./tabwriter.ts"

/** What a template can name in a row. A function takes the arguments that the template gives it. */
export type Field = string | boolean | null | ((name: string) => string)
export type Row = Readonly<Record<string, Field>>

/** How a kind of object is listed: Go's name of its rows (for error messages), the headers of all fields, the columns shown by default. */
export interface Listing {
  readonly type: string
  readonly headers: Readonly<Record<string, string>>
  readonly columns: ReadonlyArray<Column>
  /** What --quiet shows of a row; its ID where nothing is said. */
  readonly quiet?: string
  /** What `--format raw` shows: labels and fields, the ID first. */
  readonly raw?: ReadonlyArray<readonly [label: string, field: string]>
}

/** A field, or a header with the cell made from a row. */
export type Column = string | { readonly header: string; readonly cell: (row: Row) => string }

export interface ListStyle {
  readonly format: string
  readonly quiet: boolean
  /** What is said before the template's own error; docker looks at those of containers twice. */
  readonly complaints?: { readonly parse: string; readonly run: string }
}

const complaints = { parse: "template parsing error", run: "template parsing error" }

/** The tables of `docker ... ls` and `ps`: at least ten wide, three blanks between columns. */
const layout = { minWidth: 10, padding: 3 }

export const isTable = (format: string): boolean => format === "" || format.startsWith("table")

/** The whole output of a listing, with the newline at its end (nothing for no rows, unless it is a table). */
export async function renderList(listing: Listing, rows: ReadonlyArray<Row>, style: ListStyle): Promise<string> {
  const { format, quiet } = style
  if (format === "" || format === "table")
    return quiet ? lines(rows.map((row) => String(row[listing.quiet ?? "ID"]))) : table(listing, rows)
  if (format === "raw" && listing.raw !== undefined) return rawLines(listing.raw, rows, quiet)
  if (format === "json") return lines(rows.map(rowJson))
  return renderTemplate(listing, rows, format, style.complaints ?? complaints)
}

const lines = (texts: ReadonlyArray<string>): string => texts.map((text) => `${text}\n`).join("")

const rowJson = (row: Row): string => goJson(sorted(dataOf(row)))

function rawLines(raw: NonNullable<Listing["raw"]>, rows: ReadonlyArray<Row>, quiet: boolean): string {
  const shown = quiet ? raw.slice(0, 1) : raw
  const texts = rows.map((row) => shown.map(([label, field]) => `${label}: ${String(row[field])}\n`).join(""))
  return quiet ? texts.join("") : lines(texts)
}

const dataOf = (row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value !== "function"))

function table(listing: Listing, rows: ReadonlyArray<Row>): string {
  const header = listing.columns.map((column) =>
    typeof column === "string" ? (listing.headers[column] ?? "") : column.header,
  )
  const cells = rows.map((row) =>
    listing.columns.map((column) => (typeof column === "string" ? String(row[column] ?? "") : column.cell(row))),
  )
  return alignColumns(lines([header, ...cells].map((line) => line.join("\t"))), layout)
}

async function renderTemplate(
  listing: Listing,
  rows: ReadonlyArray<Row>,
  format: string,
  complaints: NonNullable<ListStyle["complaints"]>,
): Promise<string> {
  const { compile, functions, headerFunctions } = await import("../../core/template/template.ts")
  const withHeader = format.startsWith("table")
  const source = (withHeader ? format.slice("table".length) : format)
    .replace(/^ +| +$/g, "")
    .replaceAll("\\t", "\t")
    .replaceAll("\\n", "\n")
  const template = compile(source)
  if (!template.ok) throw new CliError(`${complaints.parse}: ${template.error}`)
  const texts = rows.map((row) => {
    const json: TemplateFunction = (value) => (value === row ? rowJson(row) : functions.get("json")?.(value))
    const text = template.value.run(row, { type: listing.type, strict: true, functions: new Map([["json", json]]) })
    if (!text.ok) throw new CliError(`${complaints.run}: ${text.error}`)
    return text.value
  })
  if (!withHeader) return lines(texts)
  const header = template.value.run(headerRow(listing), { type: listing.type, functions: headerFunctions })
  return alignColumns(lines([header.ok ? header.value : "", ...texts]), layout)
}

const headerRow = (listing: Listing): Row => ({
  ...listing.headers,
  Label: labelHeader,
})

/** The header over one label: the last part of its name. */
function labelHeader(name: string): string {
  return (name.split(".").at(-1) ?? "").replace(/[-_]/g, " ")
}
