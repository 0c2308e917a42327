import type { Cell, Waiting } from "./cells.ts"
import { chips } from "./chips.ts"
import type { Glyphs } from "./glyphs.ts"
import type { NodeRow, Scene } from "./scene.ts"
import { mostTelling, titleStyle, withMore } from "./table.ts"
import { beside, blank, clip, type Line, lineWidth, type Picture, type Style, sized, span } from "./text.ts"
import { widthOf } from "./width.ts"

/** How the nodes are laid out: in how many blocks side by side, and how wide the columns before the tasks are. */
interface Grid {
  readonly blocks: number
  readonly blockWidth: number
  readonly name: number
  readonly role: number
  readonly status: number
  readonly tasks: number
}

const narrowestBlock = 56
const linesPerNode_max = 4
/** More nodes than any screen has lines: then nothing is left over for second lines. */
const manyNodes = 200
const faint: Style = { fg: "faint" }

/** Nodes with their tasks, then the tasks that no node has. Where there is room, a node's tasks take more than one line. */
export function nodesSection(scene: Scene, width: number, height: number, glyphs: Glyphs): Picture {
  if (height < 2) return []
  const waiting = waitingLines(scene.waiting, width, Math.max(1, Math.min(5, Math.floor(height / 4))), glyphs)
  const room = Math.max(1, height - 1 - waiting.length)
  const grid = gridOf(scene.nodes, width, room)
  const rows = room * grid.blocks
  const shown = mostTelling(
    scene.nodes,
    rows,
    ({ state, availability }) => state !== "ready" || availability !== "active",
  )
  const lines =
    grid.blocks === 1
      ? stack(shown, grid, room, glyphs)
      : shown.map((node) => nodeLines(node, grid, 1, glyphs)[0] ?? blank)
  const more = shown.length < scene.nodes.length ? hiddenNodes(scene.nodes, new Set(shown), glyphs) : []
  return [withMore(heading(grid), more, width), ...inBlocks(lines, grid), ...waiting]
    .slice(0, height)
    .map((line) => clip(line, width, glyphs.ellipsis))
}

/** The lines that the section would use. */
export function nodesHeight(scene: Scene, width: number, glyphs: Glyphs): number {
  if (scene.nodes.length >= manyNodes) return 1 + scene.nodes.length + Math.min(5, scene.waiting.length)
  const grid = gridOf(scene.nodes, width, scene.nodes.length)
  const lines = scene.nodes.reduce((sum, { tasks }) => sum + linesOf(tasks.cells(), grid, glyphs), 0)
  return 1 + lines + Math.min(5, scene.waiting.length)
}

const linesOf = (cells: ReadonlyArray<Cell>, grid: Grid, glyphs: Glyphs): number =>
  chips(cells, grid.tasks, linesPerNode_max, glyphs).length

function gridOf(nodes: ReadonlyArray<NodeRow>, width: number, room: number): Grid {
  const blocks = Math.max(1, Math.min(Math.floor(width / narrowestBlock), Math.ceil(nodes.length / Math.max(1, room))))
  const blockWidth = Math.floor(width / blocks)
  const widest = (text: (node: NodeRow) => string) =>
    nodes.reduce((most, node) => Math.max(most, widthOf(text(node))), 0)
  const name = Math.min(24, Math.max(7, 2 + widest((node) => node.name)), Math.max(4, Math.floor(blockWidth / 3)))
  const role = blockWidth >= 50 ? 7 : 0
  const status = blockWidth >= 30 ? Math.max(blockWidth >= 100 ? 11 : 5, widest(statusText)) : 0
  return { blocks, blockWidth, name, role, status, tasks: Math.max(0, blockWidth - name - role - status - 7) }
}

function heading({ name, role, status }: Grid): Line {
  return [
    span(" "),
    ...sized([span("NODES", titleStyle)], name),
    ...sized([span(role > 0 ? "  ROLE" : "", faint)], role + 2),
    ...sized([span(status > 0 ? "  STATE" : "", faint)], status + 2),
    span("  TASKS", faint),
  ]
}

/** One below the other; lines that are left over go to the nodes, in order, whose tasks do not fit into one. */
function stack(nodes: ReadonlyArray<NodeRow>, grid: Grid, room: number, glyphs: Glyphs): Line[] {
  let spare = Math.max(0, room - nodes.length)
  return nodes.flatMap((node) => {
    const height = Math.min(linesOf(node.tasks.cells(), grid, glyphs), 1 + spare)
    spare -= Math.max(0, height - 1)
    return nodeLines(node, grid, height, glyphs)
  })
}

function nodeLines(node: NodeRow, grid: Grid, height: number, glyphs: Glyphs): ReadonlyArray<Line> {
  const style = stateStyle(node)
  const label: Line = [
    span(" "),
    ...sized(
      [span(`${node.state === "ready" ? glyphs.nodeUp : glyphs.nodeDown} `, style), span(node.name)],
      grid.name,
      glyphs.ellipsis,
    ),
    span("  "),
    ...sized([span(node.role, node.leader ? { fg: "good" } : faint)], grid.role),
    span("  "),
    ...sized(
      [span(statusText(node), node.state === "ready" && node.availability === "active" ? faint : style)],
      grid.status,
      glyphs.ellipsis,
    ),
    span("  "),
  ]
  const [first = blank, ...more] = chips(node.tasks.cells(), grid.tasks, height, glyphs)
  return [[...label, ...first], ...more.map((line) => [span(" ".repeat(lineWidth(label))), ...line])]
}

const statusText = ({ state, availability }: NodeRow): string =>
  availability === "active" ? state : availability === "drain" ? `${state} drain` : `${state} pause`

function stateStyle({ state, availability }: NodeRow): Style {
  if (state === "down") return { fg: "bad" }
  if (state !== "ready" || availability !== "active") return { fg: "warn" }
  return { fg: "good" }
}

function hiddenNodes(all: ReadonlyArray<NodeRow>, shown: ReadonlySet<NodeRow>, glyphs: Glyphs): Line {
  const nodes = all.filter((node) => !shown.has(node))
  const tasks = nodes.reduce((sum, { tasks }) => sum + tasks.count, 0)
  const away = nodes.filter(({ state }) => state !== "ready").length
  return [
    span(` ${glyphs.ellipsis} ${nodes.length} more nodes with ${tasks} tasks`, { fg: "warn" }),
    span(away > 0 ? `, ${away} not ready ` : " ", { fg: "bad" }),
  ]
}

/** Fills blocks downwards, one after the other. */
function inBlocks(lines: ReadonlyArray<Line>, { blocks, blockWidth }: Grid): Picture {
  if (blocks === 1) return lines
  const height = Math.ceil(lines.length / blocks)
  let picture: Picture = lines.slice(0, height).map((line) => clip(line, blockWidth))
  for (let block = 1; block < blocks; block++) {
    const part = lines.slice(block * height, (block + 1) * height).map((line) => clip(line, blockWidth))
    picture = beside(picture, block * blockWidth, blank, part)
  }
  return picture
}

function waitingLines(groups: ReadonlyArray<Waiting>, width: number, height: number, glyphs: Glyphs): Picture {
  const shown = groups.length <= height ? groups : groups.slice(0, Math.max(0, height - 1))
  const lines = shown.map(({ service, slots, count, colour, glyph, reason }): Line => {
    const few = slots.length === count && count > 0 && count <= 4
    const label = few ? `${service}.${slots.join(`,`)}` : count === 1 ? service : `${service} ${glyphs.times}${count}`
    return [span(` ${glyph} `, { fg: "warn" }), span(label, { fg: colour }), span("  "), span(reason, { fg: "warn" })]
  })
  const hidden = groups.slice(shown.length).reduce((sum, { count }) => sum + count, 0)
  if (hidden > 0) lines.push([span(` ${glyphs.ellipsis} ${hidden} more tasks without a node`, { fg: "warn" })])
  return lines.map((line) => clip(line, width, glyphs.ellipsis))
}
