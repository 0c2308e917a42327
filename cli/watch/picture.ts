import type { ClusterStatus } from "../../nodes/status.ts"
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from "./glyphs.ts"
import { nodesHeight, nodesSection } from "./nodes.ts"
import { shareRows } from "./rows.ts"
import { type Scene, sceneOf } from "./scene.ts"
import { eventsSection, managersSection, servicesSection } from "./sections.ts"
import { beside, blank, clip, type Picture, span } from "./text.ts"
import { titleLine } from "./title.ts"
import { printable, widthOf } from "./width.ts"

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** `hint`: what to do next, at the bottom. `notice`: what is wrong with the picture itself ("no answer since ..."), in the hint's place. */
export interface PictureOptions {
  readonly unicode: boolean
  readonly hint?: ReadonlyArray<string>
  readonly notice?: string
  readonly events_max?: number
}

/** From this width on, events have a column of their own at the right. */
const wideFrom = 150
const eventsWidth_max = 90

/** The cluster drawn for a screen of this size: at most rows - 1 lines, none wider than its columns. Pure. */
export function picture(status: ClusterStatus, { columns, rows }: Size, options: PictureOptions): Picture {
  const glyphs = options.unicode ? unicodeGlyphs : asciiGlyphs
  const scene = sceneOf(status, glyphs)
  const height = Math.max(0, rows - 1)
  const foot = footLines(options, columns, height, glyphs)
  const body = height - foot.length - 1
  const lines =
    columns >= wideFrom ? wide(scene, columns, body, options, glyphs) : narrow(scene, columns, body, options, glyphs)
  const space = foot.length > 0 && lines.length < body && lines[0]?.length === 0 ? [blank] : []
  return [titleLine(scene, columns, glyphs), ...lines, ...space, ...foot]
    .slice(0, height)
    .map((line) => clip(line, Math.max(0, columns), glyphs.ellipsis))
}

function footLines({ hint = [], notice }: PictureOptions, columns: number, height: number, glyphs: Glyphs): Picture {
  const room = height >= 20 ? 3 : height >= 8 ? 1 : 0
  const lines = hintLines(hint, columns, glyphs).slice(0, room)
  if (notice === undefined) return lines
  return [[span(` ${printable(notice, glyphs.unicode)}`, { fg: "bad", bold: true })], ...lines.slice(1)]
}

/** As many hints on a line as it holds. */
function hintLines(hint: ReadonlyArray<string>, columns: number, glyphs: Glyphs): Picture {
  const separator = `  ${glyphs.dot}  `
  const lines: string[] = []
  for (const text of hint.map((line) => printable(line, glyphs.unicode))) {
    const last = lines.at(-1)
    const both = last === undefined ? text : last + separator + text
    if (last !== undefined && widthOf(both) + 1 <= columns) lines[lines.length - 1] = both
    else lines.push(text)
  }
  return lines.map((text) => [span(` ${text}`, { fg: "faint" })])
}

/** Everything in one column; events take what the rest leaves. */
function narrow(scene: Scene, width: number, height: number, options: PictureOptions, glyphs: Glyphs): Picture {
  const events = 1 + Math.min(scene.events.length, options.events_max ?? scene.events.length)
  const fewEvents = Math.min(events, 3)
  const parts = mainParts(scene, width, glyphs)
  const wants = [...parts.map(({ want }) => want), { min: fewEvents, want: fewEvents }]
  const comfortable = wants.reduce((sum, { want }) => sum + want, 0) + wants.length <= height
  const gaps = comfortable ? wants.length : 0
  const shares = shareRows(height - gaps, wants)
  const used = shares.reduce((sum, share) => sum + share, 0) + gaps
  const eventRows = Math.min(events, (shares.at(-1) ?? 0) + Math.max(0, height - used))
  const sections = [...parts.map(({ draw }, i) => draw(shares[i] ?? 0)), eventsSection(scene, width, eventRows, glyphs)]
  return joined(sections, comfortable)
}

/** Managers, nodes and services at the left, events at the right from top to bottom. */
function wide(scene: Scene, width: number, height: number, options: PictureOptions, glyphs: Glyphs): Picture {
  const rightWidth = Math.min(eventsWidth_max, Math.floor(width * 0.36))
  const leftWidth = width - rightWidth - 2
  const parts = mainParts(scene, leftWidth, glyphs)
  const wants = parts.map(({ want }) => want)
  const comfortable = wants.reduce((sum, { want }) => sum + want, 0) + wants.length + 1 <= height
  const shares = shareRows(height - (comfortable ? wants.length : 0), wants)
  const left = joined(
    parts.map(({ draw }, i) => draw(shares[i] ?? 0)),
    comfortable,
  )
  const eventRows = Math.min(height, 1 + (options.events_max ?? height))
  const events = eventsSection(scene, rightWidth, eventRows - (comfortable ? 1 : 0), glyphs)
  const right = comfortable && events.length > 0 ? [blank, ...events] : events
  const bar = span(glyphs.bar, { fg: "rule" })
  const top = comfortable ? [blank] : []
  const below = Array.from({ length: Math.max(left.length, right.length) - top.length }, () => [bar])
  return beside(beside(left, leftWidth, blank, [...top, ...below]), leftWidth + 1, blank, right)
}

interface Part {
  readonly want: { readonly min: number; readonly want: number }
  draw(height: number): Picture
}

function mainParts(scene: Scene, width: number, glyphs: Glyphs): ReadonlyArray<Part> {
  const part = (least: number, want: number, draw: (height: number) => Picture): Part => ({
    want: { min: Math.min(least, want), want },
    draw,
  })
  const some = (n: number): number => (n === 0 ? 0 : 1 + n)
  return [
    part(4, some(scene.managers.length), (height) => managersSection(scene, width, height, glyphs)),
    part(6, nodesHeight(scene, width, glyphs), (height) => nodesSection(scene, width, height, glyphs)),
    part(4, some(scene.services.length), (height) => servicesSection(scene, width, height, glyphs)),
  ]
}

function joined(sections: ReadonlyArray<Picture>, spaced: boolean): Picture {
  return sections.filter(({ length }) => length > 0).flatMap((lines) => (spaced ? [blank, ...lines] : lines))
}
