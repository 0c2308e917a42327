import * as fc from "fast-check"
import { expect, it } from "vitest"
import { alignColumns } from "../../../cli/format/tabwriter.ts"

const layout = { minWidth: 10, padding: 3 }

it("makes every column as wide as its widest cell and the padding, but at least the minimum", () => {
  const text = "ID\tNAME\tPORTS\n123456789012\tweb\t\n1\ta-long-service\t*:80->80/tcp\n"
  expect(alignColumns(text, layout)).toBe(
    "ID             NAME             PORTS\n123456789012   web              \n1              a-long-service   *:80->80/tcp\n",
  )
})

it("lets a line without a cell end the column above it", () => {
  expect(alignColumns("a-very-long-cell\tx\nplain\nb\ty\n", { minWidth: 0, padding: 1 })).toBe(
    "a-very-long-cell x\nplain\nb y\n",
  )
})

it("counts characters, not bytes", () => {
  expect(alignColumns("é…\tx\nab\ty\n", { minWidth: 0, padding: 1 })).toBe("é… x\nab y\n")
})

it("starts each cell of a full table at the same place, and loses nothing", () => {
  const cell = fc.stringMatching(/^[a-z]{0,12}$/)
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1 })
  fc.assert(
    fc.property(rows, (table) => {
      const lines = alignColumns(table.map((row) => row.join("\t")).join("\n"), layout).split("\n")
      const widths = [0, 1].map((i) => Math.max(10, ...table.map((row) => (row[i] ?? "").length + 3)))
      for (const [i, row] of table.entries()) {
        expect(lines[i]).toBe(row[0].padEnd(widths[0] ?? 0) + row[1].padEnd(widths[1] ?? 0) + row[2])
      }
    }),
  )
})
