import type { PastAsk } from "./moments.ts"

/** What the screen wants done in the world; it is told afterwards how that went. */
export type Effect =
  | { readonly type: "quit" }
  /** Give the terminal back and stop, as ctrl-Z does, until the shell goes on with us. */
  | { readonly type: "suspend" }
  | { readonly type: "availability"; readonly node: string; readonly name: string; readonly to: Availability }
  | { readonly type: "scale"; readonly service: string; readonly name: string; readonly replicas: number }
  | { readonly type: "restart"; readonly service: string; readonly name: string }
  /** A request to a simulated cluster; `done` is what to say when it was taken. */
  | { readonly type: "drydock"; readonly path: string; readonly body?: unknown; readonly done: string }
  /** Follow logs: their lines come as events that carry `stream`. */
  | { readonly type: "logs"; readonly path: string; readonly stream: number }
  | { readonly type: "unfollow" }
  /** Show an earlier moment; what is still on its way is not wanted any more. */
  | { readonly type: "look back"; readonly ask: PastAsk }

export type Availability = "active" | "pause" | "drain"
