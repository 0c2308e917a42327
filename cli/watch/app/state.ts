import type { ClusterStatus, StatusEvent } from "../../../nodes/status.ts"
import type { Size } from "../picture.ts"
import type { Effect } from "./effects.ts"
import type { Past, PastLook } from "./moments.ts"
import { measured, type Rates } from "./rates.ts"
import type { View } from "./views.ts"

/** A place in a list. `id` is what is chosen; should it go, `index` says where it was. `follow`: the last one, whatever comes. */
export interface Place {
  readonly id: string
  readonly index: number
  readonly follow: boolean
  readonly filter: string
}

export const top: Place = { id: "", index: 0, follow: false, filter: "" }
export const bottom: Place = { ...top, follow: true }

/** What lies over a view: the tasks of a node or a service, a text, the logs of something. */
export type Page =
  | { readonly type: "node"; readonly id: string; readonly name: string; readonly place: Place }
  | { readonly type: "service"; readonly id: string; readonly name: string; readonly place: Place }
  | { readonly type: "text"; readonly name: string; readonly lines: ReadonlyArray<string>; readonly place: Place }
  | {
      readonly type: "logs"
      readonly name: string
      /** Which logs these are: lines of others that come late are not theirs. */
      readonly stream: number
      readonly lines: ReadonlyArray<string>
      /** Why no more come; undefined while they may. */
      readonly ended: string | undefined
      readonly place: Place
    }

/** What is asked of the user on the last line. */
export type Prompt =
  | { readonly type: "filter" | "palette" | "time"; readonly text: string }
  | { readonly type: "scale"; readonly service: string; readonly name: string; readonly text: string }
  | { readonly type: "confirm"; readonly question: string; readonly effect: Effect }

export interface Message {
  readonly text: string
  readonly tone: "good" | "warn" | "bad"
}

/** All that the terminal shows, as data. */
export interface State {
  readonly size: Size
  readonly unicode: boolean
  readonly status: ClusterStatus
  readonly view: View
  readonly places: Readonly<Record<View, Place>>
  /** The last one is on top. */
  readonly pages: ReadonlyArray<Page>
  readonly prompt: Prompt | undefined
  readonly help: boolean
  /** All that were told since the beginning, newest last. */
  readonly events: ReadonlyArray<StatusEvent>
  readonly leadership: ReadonlyArray<StatusEvent>
  readonly message: Message | undefined
  /** What is wrong with the picture itself: "no answer for 3s". */
  readonly notice: string | undefined
  readonly hint: ReadonlyArray<string>
  /** Of logs, the last that were opened. */
  readonly streams: number
  /** What is shown is not what is now: `status`, `events` and `leadership` are those of an earlier moment. */
  readonly past: Past | undefined
  /** What the managers send, of what is now. */
  readonly rates: Rates | undefined
}

export interface Opening {
  readonly size: Size
  readonly unicode: boolean
  readonly status: ClusterStatus
  readonly hint?: ReadonlyArray<string>
  readonly view?: View
  /** Of a recording: what is shown first; `status` is its end. */
  readonly replay?: { readonly look: PastLook; readonly playing: boolean }
}

export const isLeadership = ({ kind, text }: StatusEvent): boolean => kind === "raft" && /lead/.test(text)
const remembered_max = 2_000
const leaders_max = 100

/** How a line of Events is known in its list. */
export const eventId = ({ at, index, text }: StatusEvent): string => `${at}/${index ?? ""}/${text}`

/** In the list of all that happened, the last of these. */
export function lastOf(events: ReadonlyArray<StatusEvent>): Place {
  const last = events.at(-1)
  return last === undefined ? top : { ...top, id: eventId(last) }
}

export function opening({ size, unicode, status, hint = [], view = "cluster", replay }: Opening): State {
  const shown = replay?.look.status ?? status
  return {
    size,
    unicode,
    status: shown,
    view,
    places: { cluster: top, raft: top, services: top, events: bottom, time: replay ? lastOf(shown.events) : bottom },
    pages: [],
    prompt: undefined,
    help: false,
    events: shown.events,
    leadership: shown.events.filter(isLeadership),
    // Until the first key.
    message: hint.length === 0 ? undefined : { text: hint.join("   "), tone: "good" },
    notice: undefined,
    hint,
    streams: 0,
    rates: measured(undefined, status),
    past: replay && {
      live: { status, events: status.events, leadership: status.events.filter(isLeadership) },
      moment: { event: replay.look.event, at: replay.look.at },
      end: replay.look.end,
      wanted: undefined,
      playing: replay.playing,
      speed: 1,
    },
  }
}

/** The state with events that are new. */
export function withEvents(state: State, news: ReadonlyArray<StatusEvent>): State {
  if (news.length === 0) return state
  return {
    ...state,
    events: [...state.events, ...news].slice(-remembered_max),
    leadership: [...state.leadership, ...news.filter(isLeadership)].slice(-leaders_max),
  }
}
