import type { Task } from "../../core/model/task.ts"
import type { Colour } from "./colours.ts"
import type { Glyphs } from "./glyphs.ts"
import { hasFailed, isWanted, type Survey } from "./survey.ts"

/**
 * A task on its node. `label` is name.slot. `mood` decides how it is painted: coming up, running, done (a job's), failed, on its way out,
 * or lost with its node.
 */
export interface Cell {
  readonly label: string
  readonly service: string
  readonly slot: number
  readonly glyph: string
  readonly mood: "coming" | "running" | "done" | "failed" | "leaving" | "lost"
  readonly colour: Colour
}

/** The tasks to show on a node: how many, and, worked out when asked for (most nodes of a large cluster are not on the screen), each. */
export interface NodeTasks {
  readonly count: number
  cells(): ReadonlyArray<Cell>
}

/** Tasks of one service without a node, all for the same reason. */
export interface Waiting {
  readonly service: string
  readonly slots: ReadonlyArray<number>
  readonly count: number
  readonly colour: Colour
  readonly glyph: string
  readonly reason: string
}

/** How a service's tasks are named and painted. */
export type Look = (serviceId: string) => { readonly name: string; readonly colour: Colour }

/** By node ID. */
export function nodeTasks({ onNode, down }: Survey, look: Look, glyphs: Glyphs): ReadonlyMap<string, NodeTasks> {
  const byNode = new Map<string, NodeTasks>()
  for (const [nodeId, tasks] of onNode) {
    const cellsNow = () => tasks.map((task) => cellOf(task, down.has(nodeId), look, glyphs)).sort(inOrder)
    byNode.set(nodeId, { count: tasks.length, cells: once(cellsNow) })
  }
  return byNode
}

function once<A>(work: () => A): () => A {
  let done: { readonly value: A } | undefined
  return () => {
    done ??= { value: work() }
    return done.value
  }
}

function cellOf(task: Task, nodeIsDown: boolean, look: Look, glyphs: Glyphs): Cell {
  const { name, colour } = look(task.ServiceID)
  const mood = moodOf(task, nodeIsDown)
  const label = task.Slot === undefined ? name : `${name}.${task.Slot}`
  const glyph = mood === "lost" ? glyphs.lost : mood === "leaving" ? glyphs.stopping : glyphs.task[task.Status.State]
  return { label, service: name, slot: task.Slot ?? 0, glyph, mood, colour }
}

function moodOf(task: Task, nodeIsDown: boolean): Cell["mood"] {
  const { State } = task.Status
  if (hasFailed(task)) return "failed"
  if (State === "complete") return "done"
  if (nodeIsDown) return "lost"
  if (!isWanted(task)) return "leaving"
  return State === "running" ? "running" : "coming"
}

const inOrder = (a: Cell, b: Cell): number =>
  a.service < b.service ? -1 : a.service > b.service ? 1 : a.slot - b.slot || (a.mood < b.mood ? -1 : 1)

export function waitingGroups({ waiting }: Survey, look: Look, glyphs: Glyphs): ReadonlyArray<Waiting> {
  const groups = new Map<string, Waiting & { slots: number[]; count: number }>()
  for (const task of waiting) {
    const { State, Err, Message } = task.Status
    const reason = Err || Message || State
    const { name, colour } = look(task.ServiceID)
    const key = `${task.ServiceID}/${reason}`
    const group = groups.get(key) ?? { service: name, slots: [], count: 0, colour, glyph: glyphs.task[State], reason }
    if (task.Slot !== undefined) group.slots.push(task.Slot)
    group.count++
    groups.set(key, group)
  }
  for (const group of groups.values()) group.slots.sort((a, b) => a - b)
  return [...groups.values()]
}
