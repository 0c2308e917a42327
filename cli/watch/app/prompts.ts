import * as act from "./actions.ts"
import { doing, type Step, say, still } from "./actions.ts"
import { followLogs, goTo, open } from "./browse.ts"
import { beginningOf, pageOf, withPlace } from "./items.ts"
import { modelOf } from "./model.ts"
import type { Past } from "./moments.ts"
import { commandsFor, completions, type PaletteCommand } from "./palette.ts"
import { refusal } from "./past.ts"
import { type Prompt, type State, top } from "./state.ts"
import { byEvents, byTime, playAt, togglePlay, toNow, toTime } from "./travel.ts"
import { views } from "./views.ts"

const text_max = 200

/** A key while something is asked. */
export function answerPrompt(state: State, prompt: Prompt, key: string): Step {
  const closed: State = { ...state, prompt: undefined }
  if (prompt.type === "confirm") {
    if (key === "y" || key === "Y" || key === "enter") return doing(closed, prompt.effect)
    return key === "n" || key === "N" || key === "esc" || key === "q" ? still(closed) : still(state)
  }
  if (key === "esc") return prompt.type === "filter" ? still(filtered(closed, "")) : still(closed)
  if (key === "enter") return submit(closed, prompt)
  const text = edited(state, prompt, key)
  if (text === undefined) return still(closed)
  const next: State = { ...state, prompt: { ...prompt, text } }
  return still(prompt.type === "filter" ? filtered(next, text) : next)
}

/** The text after a key; undefined when what is empty is erased. */
function edited(state: State, { type, text }: Exclude<Prompt, { type: "confirm" }>, key: string): string | undefined {
  if (key === "backspace") return text === "" ? undefined : [...text].slice(0, -1).join("")
  if (key === "ctrl-u") return ""
  if (key === "tab") return type === "palette" ? (completions(state, text)[0] ?? text) : text
  return [...key].length === 1 && text.length < text_max ? text + key : text
}

/** A list is filtered while one types. */
const filtered = (state: State, filter: string): State =>
  withPlace(state, { ...beginningOf(pageOf(state), state), filter })

function submit(state: State, prompt: Exclude<Prompt, { type: "confirm" }>): Step {
  if (prompt.type === "filter") return still(filtered(state, prompt.text))
  if (prompt.type === "time") return toTime(state, prompt.text)
  if (prompt.type === "scale") return act.scale(state, { id: prompt.service, name: prompt.name }, prompt.text)
  return run(state, prompt.text.trim())
}

/** A line of the palette. */
function run(state: State, line: string): Step {
  if (line === "") return still(state)
  const [word = "", ...operands] = line.split(/\s+/)
  const known = commandsFor(state)
  const fitting = known.filter(({ name }) => name.startsWith(word))
  const command = known.find(({ name }) => name === word) ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (command === undefined) {
    const like = fitting.length > 1 ? `: ${fitting.map(({ name }) => name).join(", ")}?` : ", ? shows what there is"
    return say(state, `no command ${word}${like}`, "bad")
  }
  return carryOut(state, command, operands)
}

/** The clock's commands, while the past is shown. */
function inPast(state: State, past: Past, name: string, operand: string): Step | undefined {
  switch (name) {
    case "freeze":
      return past.playing ? togglePlay(state, past) : still(state)
    case "go":
      return past.playing ? still(state) : togglePlay(state, past)
    case "speed":
      return playAt(state, past, Number(operand.replace(/x$/, "") || Number.NaN))
    case "step":
      return operand === "" ? byEvents(state, 1) : byTime(state, Number(operand.replace(/ms$/, "")))
    default:
      return undefined
  }
}

function carryOut(state: State, { name, takes }: PaletteCommand, [first = "", second = ""]: string[]): Step {
  const view = views.find((each) => each === name)
  if (view) return goTo(state, view)
  const refused = harmless.has(name) ? undefined : refusal(state)
  if (refused !== undefined) return say(state, refused)
  const there = state.past && inPast(state, state.past, name, first)
  if (there !== undefined) return there
  if (takes === "node" || takes === "machine") return onNode(state, name, takes, first)
  if (takes === "service" || takes === "service number") return onService(state, name, first, second)
  switch (name) {
    case "goto":
      return toTime(state, first)
    case "now":
      return toNow(state)
    case "heal":
      return act.heal(state)
    case "freeze":
      return act.freeze(state)
    case "go":
      return act.go(state)
    case "speed":
      return act.setSpeed(state, Number(first.replace(/x$/, "") || Number.NaN))
    case "step":
      return first === "" ? act.stepTime(state, "event") : act.stepTime(state, Number(first.replace(/ms$/, "")))
    case "help":
      return still({ ...state, help: true })
    default:
      return doing(state, { type: "quit" })
  }
}

/** What one may do while the past is shown. */
const harmless = new Set(["node", "service", "goto", "now", "freeze", "go", "speed", "step", "help", "quit"])

function onNode(state: State, command: string, takes: "node" | "machine", name: string): Step {
  const row = modelOf(state.status, state.unicode).scene.nodes.find((node) => node.name === name || node.id === name)
  // A machine may run that is no node yet.
  const node = row ?? (takes === "machine" && name !== "" ? { id: "", name } : act.nodeInHand(state))
  if (name !== "" && row === undefined && takes === "node") return say(state, `there is no node ${name}`, "bad")
  switch (command) {
    case "drain":
    case "pause":
      return act.setAvailability(state, node, command)
    case "activate":
      return act.setAvailability(state, node, "active")
    case "crash":
    case "start":
    case "cut":
      return act.onMachine(state, command, node)
    default: {
      if (node === undefined) return say(state, "which node?", "bad")
      return still(open({ ...state, view: "cluster" }, { type: "node", id: node.id, name: node.name, place: top }))
    }
  }
}

function onService(state: State, command: string, name: string, number: string): Step {
  const row = modelOf(state.status, state.unicode).scene.services.find((each) => each.name === name || each.id === name)
  if (name !== "" && row === undefined) return say(state, `there is no service ${name}`, "bad")
  const service = row ?? act.serviceInHand(state)
  if (service === undefined) return say(state, "which service?", "bad")
  switch (command) {
    case "scale":
      return act.scale(state, service, number)
    case "restart":
      return act.restart(state, service)
    case "logs":
      return followLogs(state, service.name, `/services/${service.id}/logs`)
    default: {
      const page = { type: "service", id: service.id, name: service.name, place: top } as const
      return still(open({ ...state, view: "services" }, page))
    }
  }
}
