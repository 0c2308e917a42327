import type { Line } from "./line.ts"

/** Turns lines of progress into what is written. It remembers what is on the screen. */
export interface Display {
  show(line: Line): string
}

/** Not a terminal: every line that has no bar, one after the other. */
export const plainDisplay: Display = {
  show: (line) => (line.bar === undefined ? `${prefix(line)}${line.text}\n` : ""),
}

const prefix = (line: Line): string => (line.id === "" ? "" : `${line.id}: `)

/** A terminal `columns` wide: lines with the same id are redrawn in place. */
export function terminalDisplay(columns: number): Display {
  let rows: string[] = []
  return {
    show(line) {
      if (line.final === true || line.id === "") {
        rows = []
        return `${prefix(line)}${line.text}\n`
      }
      const isNew = !rows.includes(line.id)
      if (isNew) rows.push(line.id)
      const up = rows.length - rows.indexOf(line.id)
      const content = `${prefix(line)}${line.text} ${bar(line, columns)}`
      return `${isNew ? "\n" : ""}\x1b[${up}A\x1b[2K\r${content}\r\x1b[${up}B`
    },
  }
}

function bar(line: Line, columns: number): string {
  if (line.bar === undefined || columns < 110) return ""
  const filled = Math.min(50, Math.trunc(Math.trunc((line.bar.current / line.bar.total) * 100) / 2))
  return `[${"=".repeat(filled)}>${" ".repeat(50 - filled)}] `
}
