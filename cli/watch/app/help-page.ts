import { titleStyle } from "../table.ts"
import { beside, blank, type Line, type Picture, span } from "../text.ts"
import { printable } from "../width.ts"
import { commandsFor } from "./palette.ts"
import { canGoBack } from "./past.ts"
import type { State } from "./state.ts"

type Keys = ReadonlyArray<readonly [key: string, meaning: string]>

const moving: Keys = [
  ["1-5 tab", "views: cluster, raft, services, events, time"],
  ["j k g G", "down, up, first, last (arrows and page keys too)"],
  ["enter", "open: the tasks of a node or a service; a task in full"],
  ["esc", "back; first the filter goes"],
  ["/", "show only lines with these words"],
  [":", "a command by its name, tab completes it"],
  ["d y l", "describe, YAML, logs (followed)"],
  ["q", "quit; ctrl-Z suspends"],
]

const acting: Keys = [
  ["D P A", "node: drain, pause, activate"],
  ["S R", "service: set replicas, replace its tasks"],
]

const simulating: Keys = [
  ["c s", "machine: crash, start"],
  ["x h", "cut a machine off; heal the network"],
  ["space", "time: pause, go on"],
  [". ,", "while paused: the next event, 100 ms"],
  ["+ -", "twice as fast, half as fast"],
]

/** The same, in half the width. */
const simulatingShort: Keys = [
  ["c s", "machine: crash, start"],
  ["x h", "cut one off; heal the network"],
  ["space", "time: pause, go on"],
  [". ,", "paused: next event, 100 ms"],
  ["+ -", "twice as fast, half as fast"],
]

const travelling: Keys = [
  ["[ ]", "an event back, forth"],
  ["{ }", "a line of Events back, forth"],
  ["< >", "ten seconds back, forth"],
  ["t", "to a time: 12.5, 1m30s"],
  ["T esc", "back to now; space plays"],
]

const lines = (heading: string, keys: Keys, width = 9): Picture => [
  [span(` ${heading}`, titleStyle)],
  ...keys.map(([key, meaning]): Line => [span(`   ${key.padEnd(width)}`, { bold: true }), span(meaning)]),
]

function simulated(state: State): Picture {
  if (state.status.simulation === undefined) return []
  if (!canGoBack(state)) return lines("SIMULATED CLUSTERS", simulating)
  return beside(lines("SIMULATED CLUSTERS", simulatingShort), 42, blank, lines("BACK IN TIME", travelling, 6))
}

/** The keys, and the words that the palette knows. */
export function helpPage(state: State): Picture {
  const words = commandsFor(state).map(({ name }) => name)
  return [
    ...lines("MOVING", moving),
    ...lines("ACTING (asks first)", acting),
    ...simulated(state),
    ...state.hint.map((text): Line => [span(` ${printable(text, state.unicode)}`, { fg: "good" })]),
    [span(" COMMANDS  ", titleStyle), span(words.join(" "), { fg: "faint" })],
  ]
}
