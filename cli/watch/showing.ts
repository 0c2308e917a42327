import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import type { Engine } from "../client/engine.ts"
import type { LookBack } from "./app/looking-back.ts"
import type { PastLook } from "./app/moments.ts"
import type { View } from "./app/views.ts"
import type { Output } from "./terminal.ts"

/** What a live screen needs of its surroundings. */
export interface ScreenIo {
  readonly stdout: Output
  readonly stdin: NodeJS.ReadStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Stops the process until somebody goes on with it; the usual way unless said otherwise. */
  readonly suspend?: () => Promise<void>
}

/** Where the cluster is shown; process.stdout and its companions. `columns`: the width to use, in place of stdout's own. */
export interface WatchIo extends ScreenIo {
  readonly stderr: { write(text: string): unknown }
  /** Of stdout. */
  readonly isTTY: boolean
  readonly columns?: number | undefined
}

export interface StartOptions {
  /** The cluster now. Asked anew for each redraw; a failure after the first is shown, and asked again. */
  readonly status: () => ClusterStatus | Promise<ClusterStatus>
  /** Who does what is asked for on the screen; without, it only shows. `remote`: asking costs this process what its answer takes to read. */
  readonly engine?: { readonly client: Engine; readonly host: string; readonly remote: boolean }
  readonly view?: View
  /** Shows the cluster as it was, where one can go back. */
  readonly lookBack?: LookBack
  /** `status` is the end of a recording, and this is where the screen begins in it. */
  readonly replay?: { readonly look: PastLook; readonly playing: boolean }
  /** What to do next: shown at the bottom, the most important first. */
  readonly hint?: ReadonlyArray<string>
  /** Between two looks; a screen is redrawn ten times a second at most. */
  readonly interval_ms?: Millis
  /** Without a terminal: how long the first picture waits for the cluster to settle. */
  readonly patience_ms?: Millis
  /** The user leaves: a key, a signal, or a closed pipe. Not called by stop(). */
  readonly onQuit?: () => void
}

export interface Showing {
  /** Settles when nothing is shown any more, and the terminal is as it was. Fails only when lines could not go on. */
  readonly done: Promise<void>
  stop(): void
}
