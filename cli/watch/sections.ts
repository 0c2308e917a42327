import type { Glyphs } from "./glyphs.ts"
import type { ManagerRow, Scene } from "./scene.ts"
import type { ServiceRow } from "./services.ts"
import { type Column, table, titleStyle } from "./table.ts"
import { clip, type Line, type Picture, type Style, span } from "./text.ts"
import { clock } from "./title.ts"

/** Of another machine, what nobody told is 0. */
const isKnown = ({ running, partial }: ManagerRow, value: number): boolean => running && !(partial && value === 0)

const faint: Style = { fg: "faint" }

const roleStyle: Readonly<Record<ManagerRow["role"], Style>> = {
  leader: { fg: "good", bold: true },
  follower: {},
  candidate: { fg: "warn" },
  "pre-candidate": { fg: "warn" },
  stopped: { fg: "bad" },
}

export const managerColumns = (glyphs: Glyphs): ReadonlyArray<Column<ManagerRow>> => {
  const number = (
    title: string,
    rank: number,
    value: (row: ManagerRow) => number,
    style: (row: ManagerRow) => Style,
  ) => ({
    title,
    rank,
    align: "right" as const,
    minWidth: 4,
    cell: (row: ManagerRow): Line => [
      isKnown(row, value(row)) ? span(String(value(row)), style(row)) : span("-", faint),
    ],
  })
  const plain = () => ({})
  return [
    {
      title: "MANAGERS",
      rank: 0,
      maxWidth: 26,
      cell: (row) => [span(`${glyphs.manager[row.role]} `, roleStyle[row.role]), span(row.name)],
    },
    { title: "ROLE", rank: 1, minWidth: 9, cell: ({ role }) => [span(role, roleStyle[role])] },
    number("TERM", 2, (row) => row.term, plain),
    {
      title: "VOTE",
      rank: 4,
      maxWidth: 20,
      cell: ({ running, vote }) => [running && vote !== "" ? span(vote) : span("-", faint)],
    },
    number("COMMIT", 2, (row) => row.commit, plain),
    number(
      "APPLIED",
      3,
      (row) => row.applied,
      (row) => (row.behind ? { fg: "warn" } : {}),
    ),
    number("LOG", 7, (row) => row.lastIndex, plain),
    { title: "API", rank: 6, optional: true, maxWidth: 40, cell: ({ host }) => [span(host, faint)] },
  ]
}

export const managersSection = (scene: Scene, width: number, height: number, glyphs: Glyphs): Picture =>
  table(width, height, glyphs, managerColumns(glyphs), scene.managers, ({ role }) => role !== "follower")

export const serviceColumns = (glyphs: Glyphs): ReadonlyArray<Column<ServiceRow>> => [
  {
    title: "SERVICES",
    rank: 0,
    maxWidth: 32,
    cell: ({ name, colour }) => [span(`${glyphs.square} `, { fg: colour }), span(name)],
  },
  { title: "MODE", rank: 5, cell: ({ mode }) => [span(mode, faint)] },
  {
    title: "REPLICAS",
    rank: 1,
    align: "right",
    cell: (row) => [span(`${row.done}/${row.wanted}`, progressStyle(row))],
  },
  { title: "HEALTH", rank: 3, optional: true, cell: ({ health }) => healthCell(health) },
  {
    title: "UPDATE",
    rank: 3,
    optional: true,
    cell: ({ update, stuck }) => [span(update, { fg: stuck ? "bad" : "warn" })],
  },
  { title: "PORTS", rank: 2, optional: true, maxWidth: 30, cell: ({ ports }) => [span(ports)] },
  { title: "IMAGE", rank: 4, least: 12, cell: ({ image }) => [span(image, faint)] },
]

/** "3 ok 1 starting 1 unhealthy": troubles of which there are none are left out. */
function healthCell(health: ServiceRow["health"]): Line {
  if (health === undefined) return []
  const { healthy, starting, unhealthy } = health
  const parts: ReadonlyArray<readonly [number, string, Style]> = [
    [healthy, "ok", { fg: healthy > 0 ? "good" : "warn" }],
    [starting, "starting", { fg: "warn" }],
    [unhealthy, "unhealthy", { fg: "bad", bold: true }],
  ]
  const shown = parts.filter(([count], i) => i === 0 || count > 0)
  return shown.map(([count, word, style], i) => span(`${i > 0 ? " " : ""}${count} ${word}`, style))
}

const progressStyle = ({ done, wanted }: ServiceRow): Style =>
  done === wanted ? { fg: "good" } : done === 0 ? { fg: "bad", bold: true } : { fg: "warn" }

export const servicesSection = (scene: Scene, width: number, height: number, glyphs: Glyphs): Picture =>
  table(width, height, glyphs, serviceColumns(glyphs), scene.services, isUnsettled)

const isUnsettled = ({ done, wanted, update }: ServiceRow): boolean => done !== wanted || update !== ""

/** The last events that fit, newest at the bottom. */
export function eventsSection(scene: Scene, width: number, height: number, glyphs: Glyphs): Picture {
  if (height < 2 || scene.events.length === 0) return []
  const lines = scene.events
    .slice(-(height - 1))
    .map(
      ({ at, kind, text }): Line => [
        span(` ${clock(at)} `, faint),
        span(kind.padEnd(8), { fg: kind === "raft" ? "title" : "faint" }),
        span(text),
      ],
    )
  return [[span(" EVENTS", titleStyle)], ...lines].map((line) => clip(line, width, glyphs.ellipsis))
}
