import * as act from "./actions.ts"
import { doing, type Step, say, still } from "./actions.ts"
import { beginningOf, chosenIndex, chosenItem, itemsOf, pageOf, placeOf, withPlace } from "./items.ts"
import { bodyRows, gridOf } from "./layout.ts"
import { modelOf } from "./model.ts"
import type { Past } from "./moments.ts"
import { describeLines, yamlLines } from "./objects.ts"
import { canGoBack, isRecorded, refusal } from "./past.ts"
import { bottom, type Page, type State, top } from "./state.ts"
import { byEvents, byLines, byTime, goToPast, playAt, togglePlay, toNow } from "./travel.ts"
import { type View, views } from "./views.ts"

/** A key while nothing is asked: moving about, looking closer, and acting on what is chosen. */
export function browse(state: State, key: string): Step {
  const view = views[Number(key) - 1]
  if (view !== undefined) return goTo(state, view)
  switch (key) {
    case "j":
    case "down":
      return move(state, rowStep(state))
    case "k":
    case "up":
      return move(state, -rowStep(state))
    case "right":
      return move(state, 1)
    case "left":
      return move(state, -1)
    case "pagedown":
    case "ctrl-d":
      return move(state, rowStep(state) * Math.max(1, Math.floor(bodyRows(state) / 2)))
    case "pageup":
    case "ctrl-u":
      return move(state, -rowStep(state) * Math.max(1, Math.floor(bodyRows(state) / 2)))
    case "g":
    case "home":
      return move(state, -Number.MAX_SAFE_INTEGER)
    case "G":
    case "end":
      return move(state, Number.MAX_SAFE_INTEGER)
    case "tab":
      return goTo(state, views[(views.indexOf(state.view) + 1) % views.length] ?? "cluster")
    case "enter":
      return drill(state)
    case "esc":
    case "backspace":
      return back(state)
    case "d":
      return text(state, "describe", describeLines)
    case "y":
      return text(state, "yaml", yamlLines)
    case "l":
      return logsInHand(state)
    case "/":
      return still({ ...state, prompt: { type: "filter", text: placeOf(state).filter } })
    case ":":
      return still({ ...state, prompt: { type: "palette", text: "" } })
    case "?":
      return still({ ...state, help: true })
    case "q":
    case "Q":
      return doing(state, { type: "quit" })
    default:
      return action(state, key)
  }
}

const acting = new Set(["D", "P", "A", "S", "R", "c", "s", "x", "h"])

function action(state: State, key: string): Step {
  const refused = acting.has(key) ? refusal(state) : undefined
  if (refused !== undefined) return say(state, refused)
  if (state.past !== undefined) return inPast(state, state.past, key)
  switch (key) {
    case "D":
      return act.setAvailability(state, act.nodeInHand(state), "drain")
    case "P":
      return act.setAvailability(state, act.nodeInHand(state), "pause")
    case "A":
      return act.setAvailability(state, act.nodeInHand(state), "active")
    case "S":
      return act.askScale(state)
    case "R":
      return act.restart(state, act.serviceInHand(state))
    case "c":
      return act.onMachine(state, "crash", act.nodeInHand(state))
    case "s":
      return act.onMachine(state, "start", act.nodeInHand(state))
    case "x":
      return act.onMachine(state, "cut", act.nodeInHand(state))
    case "h":
      return act.heal(state)
    case " ":
      return act.toggleTime(state)
    case ".":
      return act.stepTime(state, "event")
    case ",":
      return act.stepTime(state, 100)
    case "+":
    case "=":
      return act.changeSpeed(state, 2)
    case "-":
      return act.changeSpeed(state, 0.5)
    default:
      return travel(state, key)
  }
}

/** The keys of the clock mean the past's while that is shown. */
function inPast(state: State, past: Past, key: string): Step {
  switch (key) {
    case " ":
      return togglePlay(state, past)
    case ".":
      return byEvents(state, 1)
    case ",":
      return byTime(state, 100)
    case "+":
    case "=":
      return playAt(state, past, Math.min(1000, past.speed * 2))
    case "-":
      return playAt(state, past, Math.max(0.01, past.speed / 2))
    default:
      return travel(state, key)
  }
}

/** Going back in time, and forth. */
function travel(state: State, key: string): Step {
  switch (key) {
    case "[":
      return byEvents(state, -1)
    case "]":
      return byEvents(state, 1)
    case "{":
      return byLines(state, -1)
    case "}":
      return byLines(state, 1)
    case "<":
      return byTime(state, -10_000)
    case ">":
      return byTime(state, 10_000)
    case "t":
      return canGoBack(state) ? still({ ...state, prompt: { type: "time", text: "" } }) : byTime(state, 0)
    case "T":
      return toNow(state)
    default:
      return still(state)
  }
}

/** A view, without what lay over another. */
export function goTo(state: State, view: View): Step {
  return leaving(state, { ...state, view, pages: [] })
}

/** The logs that are not shown any more are not followed any more. */
function leaving(before: State, after: State): Step {
  const had = before.pages.some(({ type }) => type === "logs")
  const has = after.pages.some(({ type }) => type === "logs")
  return had && !has ? doing(after, { type: "unfollow" }) : still(after)
}

/** First the filter goes, then the page. */
function back(state: State): Step {
  if (placeOf(state).filter !== "") return still(withPlace(state, { ...beginningOf(pageOf(state), state), filter: "" }))
  // Then the past.
  if (state.pages.length === 0 && state.past !== undefined && !isRecorded(state)) return toNow(state)
  return leaving(state, { ...state, pages: state.pages.slice(0, -1) })
}

/** Down by one row is, among boxes side by side, as many as stand beside each other. */
function rowStep(state: State): number {
  const isGrid = state.view === "cluster" && state.pages.length === 0
  return isGrid ? gridOf(state, itemsOf(state).length).columns : 1
}

function move(state: State, by: number): Step {
  const items = itemsOf(state)
  const from = chosenIndex(items, placeOf(state))
  const index = Math.max(0, Math.min(items.length - 1, from + by))
  const follow = index === items.length - 1 && beginningOf(pageOf(state), state).follow
  return still(withPlace(state, { id: items[index]?.id ?? "", index, follow }))
}

export const open = (state: State, page: Page): State => ({ ...state, pages: [...state.pages, page] })

function drill(state: State): Step {
  const item = chosenItem(state)
  switch (item?.type) {
    case "node":
      return still(open(state, { type: "node", id: item.id, name: item.node.name, place: top }))
    case "manager": {
      const known = modelOf(state.status, state.unicode).nodes.has(item.manager.nodeId)
      if (!known) return say(state, `${item.manager.name} is not a node of the cluster`)
      return still(open(state, { type: "node", id: item.manager.nodeId, name: item.manager.name, place: top }))
    }
    case "service":
      return still(open(state, { type: "service", id: item.id, name: item.service.name, place: top }))
    case "task":
      return text(state, "describe", describeLines)
    case "event":
      return canGoBack(state) ? goToPast(state, { at: item.event.at }) : still(state)
    default:
      return still(state)
  }
}

/** What is chosen, in full. */
function text(state: State, what: string, lines: (object: unknown) => ReadonlyArray<string>): Step {
  const item = chosenItem(state)
  const model = modelOf(state.status, state.unicode)
  const page = pageOf(state)
  const named = (name: string, object: unknown): Step =>
    still(open(state, { type: "text", name: `${name} ${what}`, lines: lines(object), place: top }))
  switch (item?.type) {
    case "node":
      return named(item.node.name, model.nodes.get(item.id))
    case "manager":
      return named(item.manager.name, item.manager)
    case "service":
      return named(item.service.name, model.services.get(item.id))
    case "task":
      return named(item.name, item.task)
    case "event":
      return named("event", item.event)
    case "line":
      return still(state)
    default:
      if (page?.type === "node") return named(page.name, model.nodes.get(page.id))
      if (page?.type === "service") return named(page.name, model.services.get(page.id))
      return say(state, "there is nothing to look at")
  }
}

function logsInHand(state: State): Step {
  const refused = refusal(state)
  if (refused !== undefined) return say(state, refused)
  const item = chosenItem(state)
  if (item?.type === "task") return followLogs(state, item.name, `/tasks/${item.id}/logs`)
  const service = act.serviceInHand(state)
  if (service === undefined) return say(state, "choose a service or a task first (3)")
  return followLogs(state, service.name, `/services/${service.id}/logs`)
}

export function followLogs(state: State, name: string, path: string): Step {
  const stream = state.streams + 1
  const page: Page = { type: "logs", name: `${name} logs`, stream, lines: [], ended: undefined, place: bottom }
  return doing(open({ ...state, streams: stream }, page), { type: "logs", path, stream })
}
