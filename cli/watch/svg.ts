import { inks } from "./colours.ts"
import { type Line, lineWidth, type Picture, type Span } from "./text.ts"
import { widthOf } from "./width.ts"

/** Sizes in SVG units, about a pixel each. */
const cell = { width: 8.4, height: 18, font: 14, baseline: 13.5 }
const frame = { side: 16, top: 44, bottom: 16, radius: 10, ground: "#0d1117", edge: "#30363d", text: "#d0d7de" }
const buttons = ["#ff5f57", "#febc2e", "#28c840"]
const fonts = "ui-monospace, 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** The picture as an SVG file: a terminal's window. Each run of text is held to its cells, so that every font keeps the columns. */
export function svg(picture: Picture, title: string): string {
  const columns = picture.reduce((most, line) => Math.max(most, lineWidth(line)), 40)
  const width = Math.ceil(columns * cell.width + 2 * frame.side)
  const height = Math.ceil(picture.length * cell.height + frame.top + frame.bottom)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="${frame.radius}" fill="${frame.ground}" stroke="${frame.edge}"/>`,
    ...buttons.map((fill, i) => `<circle cx="${20 + i * 20}" cy="20" r="6" fill="${fill}"/>`),
    `<g font-family="${fonts}" font-size="${cell.font}" fill="${frame.text}" xml:space="preserve">`,
    `<text x="${width / 2}" y="25" text-anchor="middle" fill="${inks.faint.rgb}">${escaped(title)}</text>`,
    ...picture.flatMap((line, i) => svgLine(line, frame.top + i * cell.height)),
    "</g>",
    "</svg>",
    "",
  ].join("\n")
}

function svgLine(line: Line, top: number): ReadonlyArray<string> {
  let column = 0
  return line.flatMap((part) => {
    const left = frame.side + column * cell.width
    column += widthOf(part.text)
    return svgSpan(part, left, top)
  })
}

function svgSpan(part: Span, left: number, top: number): ReadonlyArray<string> {
  const width = number(widthOf(part.text) * cell.width)
  const shapes: string[] = []
  if (part.bg) {
    const fill = inks[part.bg].rgb
    shapes.push(
      `<rect x="${number(left)}" y="${number(top + 1)}" width="${width}" height="${cell.height - 2}" rx="3" fill="${fill}"/>`,
    )
  }
  const lead = part.text.length - part.text.trimStart().length
  const text = part.text.trim()
  if (text === "") return shapes
  const style = `${part.fg ? ` fill="${inks[part.fg].rgb}"` : ""}${part.bold ? ' font-weight="bold"' : ""}`
  const x = number(left + lead * cell.width)
  const length = number(widthOf(text) * cell.width)
  shapes.push(
    `<text x="${x}" y="${number(top + cell.baseline)}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(text)}</text>`,
  )
  return shapes
}

const number = (value: number): string => String(Math.round(value * 100) / 100)

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
