import { chips } from "../chips.ts"
import type { Glyphs } from "../glyphs.ts"
import type { NodeRow, Scene } from "../scene.ts"
import { windowStart } from "../table.ts"
import { beside, blank, clip, type Line, lineWidth, type Picture, type Style, sized, span } from "../text.ts"
import { chosenIndex, type Item, placeOf } from "./items.ts"
import { bodyRows, gridOf, waitingRows } from "./layout.ts"
import { type Amount, type Model, modelOf } from "./model.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }
const rule: Style = { fg: "rule" }
const chosenStyle: Style = { fg: "title", bold: true }

/** Nodes as boxes with their tasks in them, and below, apart, the tasks that no node has. Only boxes on the screen are drawn. */
export function clusterView(state: State, items: ReadonlyArray<Item>): Picture {
  const model = modelOf(state.status, state.unicode)
  const { glyphs } = model
  const grid = gridOf(state, items.length)
  const chosen = chosenIndex(items, placeOf(state))
  const total = Math.ceil(items.length / grid.columns)
  const first = windowStart(total, grid.rows, Math.floor(Math.max(0, chosen) / grid.columns))
  const lines: Line[] = []
  for (let row = first; row < Math.min(total, first + grid.rows); row++) {
    let line: Picture = []
    for (let column = 0; column < grid.columns; column++) {
      const at = row * grid.columns + column
      const item = items[at]
      if (item?.type !== "node") continue
      const drawn = box(item.node, model, grid.width, grid.height, at === chosen)
      line = column === 0 ? drawn : beside(line, column * grid.width, blank, drawn)
    }
    lines.push(...line)
  }
  const shownTo = Math.min(items.length, (first + grid.rows) * grid.columns)
  const hidden = items.length - (shownTo - first * grid.columns)
  const waiting = waitingLines(model.scene, waitingRows(state), glyphs, hidden, chosen, items.length)
  const room = bodyRows(state) - waiting.length
  const body = lines.slice(0, Math.max(0, room))
  return [...body, ...Array.from({ length: Math.max(0, room - body.length) }, () => blank), ...waiting].map((line) =>
    clip(line, state.size.columns, glyphs.ellipsis),
  )
}

function box(node: NodeRow, model: Model, width: number, height: number, isChosen: boolean): Picture {
  const { glyphs } = model
  const edge = isChosen ? chosenStyle : rule
  const [topLeft, topRight, bottomLeft, bottomRight] = glyphs.corners
  const inner = Math.max(0, width - 2)
  const state = stateStyle(node)
  const name: Line = [
    span(isChosen ? glyphs.chosen : glyphs.rule, edge),
    span(` ${node.state === "ready" ? glyphs.nodeUp : glyphs.nodeDown} `, state),
    span(node.name, { bold: isChosen }),
    span(" ", edge),
  ]
  const role: Line = [
    span(" "),
    span(node.leader ? `leader ${glyphs.manager.leader}` : node.role, node.leader ? { fg: "good", bold: true } : faint),
    span(" "),
    span(glyphs.rule, edge),
  ]
  const title = clip(name, Math.max(0, inner - lineWidth(role) - 1), glyphs.ellipsis)
  const line = span(glyphs.rule.repeat(Math.max(0, inner - lineWidth(title) - lineWidth(role))), edge)
  const tasks = chips(node.tasks.cells(), Math.max(0, inner - 2), Math.max(1, height - 3), glyphs)
  const content: Picture = [facts(node, model), ...tasks]
  const side = span(glyphs.bar, edge)
  const rows = Array.from(
    { length: Math.max(0, height - 2) },
    (_, i): Line => [
      side,
      span(" "),
      ...sized(content[i] ?? blank, Math.max(0, inner - 2), glyphs.ellipsis),
      span(" "),
      side,
    ],
  )
  return [
    [span(topLeft, edge), ...title, line, ...role, span(topRight, edge)],
    ...rows,
    [span(bottomLeft + glyphs.rule.repeat(inner) + bottomRight, edge)],
  ]
}

/** State, availability, and what is reserved of what there is. */
function facts(node: NodeRow, model: Model): Line {
  const { Resources } = model.nodes.get(node.id)?.Description ?? {}
  const { cpu, memory } = model.reserved.get(node.id) ?? nothing
  const ok = node.state === "ready" && node.availability === "active"
  return [
    span(
      node.availability === "active" ? node.state : `${node.state} ${node.availability}`,
      ok ? faint : stateStyle(node),
    ),
    span("  cpu ", faint),
    share(cpu, Resources?.NanoCPUs ?? 0, cpus),
    span("  mem ", faint),
    share(memory, Resources?.MemoryBytes ?? 0, bytes),
  ]
}

const nothing: Amount = { cpu: 0, memory: 0 }

const share = (used: number, of: number, show: (amount: number) => string) =>
  span(`${show(used)}/${show(of)}`, used > 0 && used >= of * 0.9 ? { fg: "warn" } : {})

const cpus = (nano: number): string => String(Math.round(nano / 1e7) / 100)

/** 512M, 1.5G. */
export function bytes(amount: number): string {
  if (amount === 0) return "0"
  const units = ["", "K", "M", "G", "T", "P"]
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(amount) / 10))
  return `${Number((amount / 1024 ** unit).toPrecision(3))}${units[unit]}`
}

export function stateStyle({ state, availability }: NodeRow): Style {
  if (state === "down") return { fg: "bad", bold: true }
  return state !== "ready" || availability !== "active" ? { fg: "warn" } : { fg: "good" }
}

/** Tasks that no node has, each kind with its reason; and where one stands among boxes that are not all on the screen. */
function waitingLines(
  scene: Scene,
  height: number,
  glyphs: Glyphs,
  hidden: number,
  chosen: number,
  count: number,
): Picture {
  const total = scene.waiting.reduce((sum, group) => sum + group.count, 0)
  const position: Line = hidden > 0 ? [span(`  node ${chosen + 1}/${count}`, faint)] : []
  if (total === 0) return [[span(" no tasks wait for a node", faint), ...position]]
  const heading: Line = [
    span(` ${total} ${total === 1 ? "task waits" : "tasks wait"} for a node`, { fg: "warn", bold: true }),
    ...position,
  ]
  const groups = scene.waiting.slice(0, Math.max(0, height - 1))
  return [
    heading,
    ...groups.map(({ service, count: many, colour, glyph, reason, slots }): Line => {
      const name = many === 1 && slots[0] !== undefined ? `${service}.${slots[0]}` : `${service} ${glyphs.times}${many}`
      return [span(` ${glyph} `, { fg: "warn" }), span(name, { fg: colour }), span("  "), span(reason)]
    }),
  ]
}
