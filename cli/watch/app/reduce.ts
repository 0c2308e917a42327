import type { Millis } from "../../../core/instant.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { newEvents } from "../changes.ts"
import type { Size } from "../picture.ts"
import { printable } from "../width.ts"
import { type Step, still } from "./actions.ts"
import { browse } from "./browse.ts"
import type { PastLook } from "./moments.ts"
import { answerPrompt } from "./prompts.ts"
import { measured } from "./rates.ts"
import { type Message, type State, withEvents } from "./state.ts"
import { arrived, failed, meanwhile, playOn } from "./travel.ts"

/** What happens to the screen. A key is a character or a name ("enter", "up", "ctrl-c"). */
export type Happening =
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "status"; readonly status: ClusterStatus }
  | { readonly type: "silent"; readonly notice: string }
  | { readonly type: "resized"; readonly size: Size }
  | { readonly type: "told"; readonly message: Message }
  | { readonly type: "log lines"; readonly stream: number; readonly lines: ReadonlyArray<string> }
  /** An earlier moment that was asked for; `isLast`: nothing else was asked for since. */
  | { readonly type: "past"; readonly look: PastLook; readonly isLast: boolean }
  | { readonly type: "no past"; readonly text: string }
  /** So much time passed on the wall. */
  | { readonly type: "passed"; readonly passed_ms: Millis }
  | { readonly type: "log end"; readonly stream: number; readonly reason: string }

const logLines_max = 5_000

/** The whole behaviour of the screen: pure. */
export function reduce(state: State, happening: Happening): Step {
  switch (happening.type) {
    case "key":
      return onKey(state, happening.key)
    case "status": {
      const { status } = happening
      const { past } = state
      const before = past?.live ?? state
      const live = withEvents({ ...state, ...before, status }, newEvents(before.status.events, status.events))
      const rates = measured(state.rates, status)
      if (past === undefined) return still({ ...live, rates, notice: undefined })
      const { events, leadership } = live
      return still({ ...state, rates, notice: undefined, past: meanwhile(past, { status, events, leadership }) })
    }
    case "past":
      return still(arrived(state, happening.look, happening.isLast))
    case "no past":
      return still(failed(state, happening.text))
    case "passed":
      return playOn(state, happening.passed_ms)
    case "silent":
      return still({ ...state, notice: happening.notice })
    case "resized":
      return still({ ...state, size: happening.size })
    case "told":
      return still({ ...state, message: happening.message })
    case "log lines":
      return still(withLogs(state, happening.stream, happening.lines, undefined))
    case "log end":
      return still(withLogs(state, happening.stream, [], happening.reason))
  }
}

function onKey(state: State, key: string): Step {
  if (key === "ctrl-c") return { state, effects: [{ type: "quit" }] }
  if (key === "ctrl-z") return { state, effects: [{ type: "suspend" }] }
  // Whatever was said has been read by whoever goes on.
  const { message: _, ...rest } = state
  const fresh: State = { ...rest, message: undefined }
  if (state.prompt) return answerPrompt(fresh, state.prompt, key)
  if (state.help) return still({ ...fresh, help: false })
  return browse(fresh, key)
}

function withLogs(state: State, stream: number, more: ReadonlyArray<string>, ended: string | undefined): State {
  const clean = more.map((line) => printable(line, state.unicode))
  const pages = state.pages.map((page) =>
    page.type === "logs" && page.stream === stream
      ? { ...page, lines: [...page.lines, ...clean].slice(-logLines_max), ended: ended ?? page.ended }
      : page,
  )
  return { ...state, pages }
}
