import { modelOf } from "./model.ts"
import { canGoBack } from "./past.ts"
import type { State } from "./state.ts"
import { type View, views } from "./views.ts"

/** What a word typed after `:` takes. */
type Operand = "none" | "time" | "node" | "machine" | "service" | "service number" | "number" | "number?"

export interface PaletteCommand {
  readonly name: string
  readonly takes: Operand
  readonly meaning: string
  /** In a simulated cluster only. */
  readonly simulated?: true
  /** Only where one can go back in time. */
  readonly past?: true
}

const viewMeaning: Readonly<Record<View, string>> = {
  cluster: "nodes and their tasks",
  raft: "managers and their logs",
  services: "services and their tasks",
  events: "what happened",
  time: "the clock",
}

const paletteCommands: ReadonlyArray<PaletteCommand> = [
  ...views.map((name): PaletteCommand => ({ name, takes: "none", meaning: viewMeaning[name] })),
  { name: "node", takes: "node", meaning: "open a node" },
  { name: "service", takes: "service", meaning: "open a service" },
  { name: "logs", takes: "service", meaning: "follow the logs of a service" },
  { name: "drain", takes: "node", meaning: "take a node's tasks away" },
  { name: "pause", takes: "node", meaning: "give a node no new tasks" },
  { name: "activate", takes: "node", meaning: "give a node tasks again" },
  { name: "scale", takes: "service number", meaning: "set a service's replicas" },
  { name: "restart", takes: "service", meaning: "replace a service's tasks" },
  { name: "crash", takes: "machine", meaning: "take a machine's power away", simulated: true },
  { name: "start", takes: "machine", meaning: "start a machine again", simulated: true },
  { name: "cut", takes: "machine", meaning: "cut a machine off from all others", simulated: true },
  { name: "heal", takes: "none", meaning: "mend every cut", simulated: true },
  { name: "freeze", takes: "none", meaning: "let time stand still", simulated: true },
  { name: "go", takes: "none", meaning: "let time go on", simulated: true },
  { name: "speed", takes: "number", meaning: "so many times the wall clock", simulated: true },
  { name: "step", takes: "number?", meaning: "the next event, or so many milliseconds", simulated: true },
  { name: "goto", takes: "time", meaning: "what was then: 12.5, 1m30s, -10s", simulated: true, past: true },
  { name: "now", takes: "none", meaning: "back to what is now", simulated: true, past: true },
  { name: "help", takes: "none", meaning: "the keys" },
  { name: "quit", takes: "none", meaning: "leave" },
]

export const commandsFor = (state: State): ReadonlyArray<PaletteCommand> =>
  paletteCommands.filter(
    ({ simulated, past }) => (!simulated || state.status.simulation !== undefined) && (!past || canGoBack(state)),
  )

/** What the words so far may become: whole lines, the most likely first. */
export function completions(state: State, text: string): ReadonlyArray<string> {
  const [first = "", ...rest] = text.trimStart().split(/\s+/)
  if (rest.length === 0) {
    return commandsFor(state)
      .filter(({ name }) => name.startsWith(first))
      .map(({ name, takes }) => (takes === "none" ? name : `${name} `))
  }
  const command = commandsFor(state).find(({ name }) => name === first)
  if (command === undefined || rest.length > 1) return []
  const names = namesFor(state, command.takes)
  const more = command.takes === "service number" ? " " : ""
  return names.filter((name) => name.startsWith(rest[0] ?? "")).map((name) => `${first} ${name}${more}`)
}

function namesFor(state: State, takes: Operand): ReadonlyArray<string> {
  const { scene } = modelOf(state.status, state.unicode)
  if (takes === "node" || takes === "machine") return scene.nodes.map(({ name }) => name)
  if (takes === "service" || takes === "service number") return scene.services.map(({ name }) => name)
  return []
}
