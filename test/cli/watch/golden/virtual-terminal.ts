import { EventEmitter } from "node:events"
import xterm from "@xterm/headless"
import type { Output } from "../../../../cli/watch/terminal.ts"

/** xterm.js without a screen: what is written is carried out as by the terminals that people use. */
export class VirtualTerminal extends EventEmitter implements Output {
  readonly columns: number
  readonly rows: number
  readonly #terminal: xterm.Terminal

  constructor(columns: number, rows: number) {
    super()
    this.columns = columns
    this.rows = rows
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  }

  write(text: string): boolean {
    this.#terminal.write(text)
    return true
  }

  /** Resolves when all that was written is on the screen. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve))
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate"
  }

  /** The screen's text, line by line. */
  lines(): ReadonlyArray<string> {
    const { active } = this.#terminal.buffer
    return Array.from({ length: this.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? "")
  }

  /** A letter for each cell's looks, and below what the letters stand for; a dot is plain. */
  looks(): string {
    const { active } = this.#terminal.buffer
    const letters = new Map([["", "."]])
    const rows = Array.from({ length: this.rows }, (_, row) => {
      const line = active.getLine(row)
      const cells = Array.from({ length: this.columns }, (_, column) => {
        const looks = looksOf(line?.getCell(column))
        const known = letters.get(looks) ?? String.fromCharCode(96 + letters.size)
        letters.set(looks, known)
        return known
      })
      return cells.join("").replace(/\.+$/, "")
    })
    const legend = [...letters].filter(([looks]) => looks !== "").map(([looks, letter]) => `${letter} = ${looks}`)
    return `${[...rows, "", ...legend].join("\n")}\n`
  }
}

function looksOf(cell: xterm.IBufferCell | undefined): string {
  // The looks of a blank are nobody's business, unless it has a background.
  if (cell === undefined || (cell.getChars().trim() === "" && cell.isBgDefault())) return ""
  return [
    cell.isFgDefault() ? "" : `colour ${cell.getFgColor()}`,
    cell.isBgDefault() ? "" : `on ${cell.getBgColor()}`,
    cell.isBold() ? "bold" : "",
    cell.isDim() ? "dim" : "",
    cell.isInverse() ? "inverse" : "",
    cell.isUnderline() ? "underlined" : "",
  ]
    .filter((word) => word !== "")
    .join(" ")
}
