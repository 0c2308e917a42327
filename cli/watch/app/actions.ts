import type { Availability, Effect } from "./effects.ts"
import { chosenItem, pageOf } from "./items.ts"
import { modelOf } from "./model.ts"
import type { Message, State } from "./state.ts"

/** A new state, and what is to be done in the world. */
export interface Step {
  readonly state: State
  readonly effects: ReadonlyArray<Effect>
}

export const still = (state: State): Step => ({ state, effects: [] })
export const doing = (state: State, ...effects: ReadonlyArray<Effect>): Step => ({ state, effects })

export const say = (state: State, text: string, tone: Message["tone"] = "warn"): Step =>
  still({ ...state, message: { text, tone } })

interface Named {
  readonly id: string
  readonly name: string
}

/** The node that an action is meant for: the chosen one, or the one whose page is open. */
export function nodeInHand(state: State): Named | undefined {
  const page = pageOf(state)
  if (page?.type === "node") return { id: page.id, name: page.name }
  const item = chosenItem(state)
  if (item?.type === "node") return { id: item.id, name: item.node.name }
  if (item?.type === "manager") return { id: item.manager.nodeId, name: item.manager.name }
  const nodeId = item?.type === "task" ? item.task.NodeID : undefined
  const node = modelOf(state.status, state.unicode).nodes.get(nodeId ?? "")
  return node && { id: node.ID, name: node.Description.Hostname }
}

/** The service that an action is meant for. */
export function serviceInHand(state: State): Named | undefined {
  const page = pageOf(state)
  if (page?.type === "service") return { id: page.id, name: page.name }
  const item = chosenItem(state)
  if (item?.type === "service") return { id: item.id, name: item.service.name }
  const id = item?.type === "task" ? item.task.ServiceID : undefined
  const service = modelOf(state.status, state.unicode).services.get(id ?? "")
  return service && { id: service.ID, name: service.Spec.Name }
}

export const confirm = (state: State, question: string, effect: Effect): Step =>
  still({ ...state, prompt: { type: "confirm", question, effect } })

const availabilityWord = { drain: "Drain", pause: "Pause", active: "Activate" } as const

export function setAvailability(state: State, node: Named | undefined, to: Availability): Step {
  if (node === undefined) return say(state, "choose a node first (1)")
  return confirm(state, `${availabilityWord[to]} ${node.name}?`, {
    type: "availability",
    node: node.id,
    name: node.name,
    to,
  })
}

export function restart(state: State, service: Named | undefined): Step {
  if (service === undefined) return say(state, "choose a service first (3)")
  return confirm(state, `Replace all tasks of ${service.name}?`, {
    type: "restart",
    service: service.id,
    name: service.name,
  })
}

/** Asks how many replicas there should be, beginning with how many there are. */
export function askScale(state: State): Step {
  const service = serviceInHand(state)
  if (service === undefined) return say(state, "choose a service first (3)")
  const replicas = modelOf(state.status, state.unicode).services.get(service.id)?.Spec.Mode?.Replicated
  if (replicas === undefined) return say(state, `${service.name} is not replicated: it has no number to set`)
  const prompt = {
    type: "scale",
    service: service.id,
    name: service.name,
    text: String(replicas.Replicas ?? 1),
  } as const
  return still({ ...state, prompt })
}

export function scale(state: State, service: Named, text: string): Step {
  const replicas = Number(text)
  if (!/^\d{1,6}$/.test(text.trim())) return say(state, `${text || "nothing"} is not a number of replicas`, "bad")
  return doing(state, { type: "scale", service: service.id, name: service.name, replicas })
}

type MachineVerb = "crash" | "start" | "cut"

const machineQuestion: Readonly<Record<MachineVerb, (name: string) => string>> = {
  crash: (name) => `Take the power from ${name}?`,
  start: (name) => `Start ${name}?`,
  cut: (name) => `Cut ${name} off from all other machines?`,
}

const onlySimulated = "only the machines of a simulated cluster can be crashed, cut off and stopped in time"

export function onMachine(state: State, verb: MachineVerb, machine: Named | undefined): Step {
  if (state.status.simulation === undefined) return say(state, onlySimulated)
  if (machine === undefined) return say(state, "choose a machine first (1 or 2)")
  const { name } = machine
  return confirm(
    state,
    machineQuestion[verb](name),
    verb === "cut"
      ? { type: "drydock", path: "/drydock/network/cut", body: { A: name }, done: `${name} is cut off` }
      : {
          type: "drydock",
          path: `/drydock/machines/${encodeURIComponent(name)}/${verb}`,
          done: verb === "crash" ? `${name} crashed` : `${name} starts`,
        },
  )
}

export function heal(state: State): Step {
  if (state.status.simulation === undefined) return say(state, onlySimulated)
  return confirm(state, "Mend every cut of the network?", {
    type: "drydock",
    path: "/drydock/network/heal",
    done: "the network is whole",
  })
}

const time = (state: State, body: unknown, done: string): Step =>
  state.status.simulation === undefined
    ? say(state, onlySimulated)
    : doing(state, { type: "drydock", path: "/drydock/time", body, done })

export const freeze = (state: State): Step => time(state, { Paused: true }, "time stands still: . steps, space goes on")
export const go = (state: State): Step => time(state, { Paused: false }, "time goes on")
export const toggleTime = (state: State): Step => (state.status.simulation?.speed === 0 ? go(state) : freeze(state))
export const stepTime = (state: State, step: number | "event"): Step =>
  time(state, { Paused: true, Step: step }, step === "event" ? "one event" : `${step} ms`)

export const isSpeed = (speed: number): boolean => speed > 0 && speed <= 1000
export const notASpeed = (state: State): Step => say(state, "a speed is more than 0 and at most 1000", "bad")

export function setSpeed(state: State, speed: number): Step {
  if (!isSpeed(speed)) return notASpeed(state)
  const { status } = state
  const simulation = status.simulation && { ...status.simulation, speed }
  // Shown at once: the next key may come before the next status.
  const shown: State = simulation ? { ...state, status: { ...status, simulation } } : state
  return time(shown, { Speed: speed }, `${speed} times as fast as the wall clock`)
}

/** Twice as fast, or half. Time that stands still goes on. */
export function changeSpeed(state: State, factor: number): Step {
  const speed = state.status.simulation?.speed ?? 1
  return speed === 0 ? go(state) : setSpeed(state, Math.min(1000, Math.max(0.01, speed * factor)))
}
