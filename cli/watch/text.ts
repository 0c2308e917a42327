import type { Colour } from "./colours.ts"
import { takeWidth, widthOf } from "./width.ts"

export interface Style {
  readonly fg?: Colour
  readonly bg?: Colour
  readonly bold?: boolean
}

/** A run of printable text in one style. */
export interface Span extends Style {
  readonly text: string
}

/** One line of the screen, and the whole of it: what every renderer (terminal, plain text, SVG) takes. */
export type Line = ReadonlyArray<Span>
export type Picture = ReadonlyArray<Line>

export const span = (text: string, style: Style = {}): Span => ({ text, ...style })
export const blank: Line = []

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0)

/** The line, cut to a width; what was cut shows as `ellipsis` (one cell). */
export function clip(line: Line, width: number, ellipsis = ""): Line {
  if (lineWidth(line) <= width) return line
  const clipped: Span[] = []
  let left = width - widthOf(ellipsis)
  for (const part of line) {
    const text = takeWidth(part.text, left)
    left -= widthOf(text)
    if (text.length === part.text.length) {
      clipped.push(part)
      continue
    }
    if (width > 0) clipped.push({ ...part, text: text + ellipsis })
    return clipped
  }
  return clipped
}

/** The line at exactly this width: cut or filled up with spaces, on the left when it stands at the right. */
export function sized(line: Line, width: number, ellipsis = "", align: "left" | "right" = "left"): Line {
  const clipped = clip(line, width, ellipsis)
  const missing = width - lineWidth(clipped)
  if (missing <= 0) return clipped
  const space = span(" ".repeat(missing))
  return align === "left" ? [...clipped, space] : [space, ...clipped]
}

/** Two pictures side by side. */
export function beside(left: Picture, leftWidth: number, gap: Line, right: Picture): Picture {
  const height = Math.max(left.length, right.length)
  return Array.from({ length: height }, (_, i) => [
    ...sized(left[i] ?? blank, leftWidth),
    ...gap,
    ...(right[i] ?? blank),
  ])
}

export const plainText = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join("")
    .trimEnd()
