import { enterScreen, leaveScreen, repaint } from "./painter.ts"
import type { Size } from "./picture.ts"

/** What is written to; process.stdout is one. */
export interface Output {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on(event: string, act: () => void): unknown
  off(event: string, act: () => void): unknown
}

/** A terminal that was taken over for full-screen drawing. */
export interface Terminal {
  readonly size: () => Size
  /** Shows these lines and nothing else. */
  show(lines: ReadonlyArray<string>): void
  /** Gives the terminal back as it was; once, whoever calls. Nothing is drawn after. */
  leave(): void
}

/** The terminal's size, or that of the classic one where it is not known. */
const sizeOf = ({ columns, rows }: Output): Size => ({ columns: columns || 80, rows: rows || 24 })

/**
 * Takes the terminal over until leave(), or until the process ends, however it ends: a terminal left without cursor on its other screen
 * is the worst that a program can do to its user. An uncaught error leaves first, so that its report can be read.
 */
export function takeOver(output: Output, onResize: () => void): Terminal {
  let shown: ReadonlyArray<string> | undefined
  let left = false
  const leave = () => {
    if (left) return
    left = true
    output.off("resize", resized)
    process.off("exit", leave)
    process.off("uncaughtExceptionMonitor", leave)
    output.write(leaveScreen)
  }
  const resized = () => {
    shown = undefined
    onResize()
  }
  output.on("resize", resized)
  process.on("exit", leave)
  process.on("uncaughtExceptionMonitor", leave)
  output.write(enterScreen)
  return {
    size: () => sizeOf(output),
    show(lines) {
      if (left) return
      const changes = repaint(shown, lines)
      shown = lines
      if (changes !== "") output.write(changes)
    },
    leave,
  }
}
