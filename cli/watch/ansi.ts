import { inks } from "./colours.ts"
import type { ColourDepth } from "./surroundings.ts"
import type { Line, Picture, Span, Style } from "./text.ts"

/** The SGR parameters of a style; "" for plain text. A background of 16 colours is its foreground's code plus 10. */
function sgr(style: Style, depth: ColourDepth): string {
  const codes: string[] = []
  if (style.bold) codes.push("1")
  if (style.fg) codes.push(depth === 256 ? `38;5;${inks[style.fg].xterm}` : String(inks[style.fg].basic))
  if (style.bg) codes.push(depth === 256 ? `48;5;${inks[style.bg].xterm}` : String(inks[style.bg].basic + 10))
  return codes.join(";")
}

function paint(part: Span, depth: ColourDepth): string {
  const codes = depth === 0 ? "" : sgr(part, depth)
  return codes === "" ? part.text : `\u001b[${codes}m${part.text}\u001b[0m`
}

/** A line as a terminal takes it. Spaces at its end are left out where they show no colour. */
function ansiLine(line: Line, depth: ColourDepth): string {
  let end = line.length
  while (end > 0 && line[end - 1]?.bg === undefined && line[end - 1]?.text.trim() === "") end--
  return line
    .slice(0, end)
    .filter(({ text }) => text !== "")
    .map((part) => paint(part, depth))
    .join("")
}

export const ansiLines = (picture: Picture, depth: ColourDepth): ReadonlyArray<string> =>
  picture.map((line) => ansiLine(line, depth))
