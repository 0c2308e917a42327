import { followLines, type PageOptions } from "./lines.ts"
import type { Showing, StartOptions, WatchIo } from "./showing.ts"
import { colourDepth, showsUnicode } from "./surroundings.ts"

/** Shows a cluster as it changes: on the whole screen of a terminal, elsewhere as a picture and then lines. Fails when the first status does. */
export async function startScreen(options: StartOptions, io: WatchIo): Promise<Showing> {
  if (!io.isTTY) return startLines(options, io)
  // Ink and React are loaded for a screen only.
  const { liveScreen } = await import("./live.ts")
  return liveScreen(options, io)
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

function startLines(options: StartOptions, io: WatchIo): Showing {
  const ending = new AbortController()
  const stop = () => ending.abort()
  const quit = () => {
    if (ending.signal.aborted) return
    stop()
    options.onQuit?.()
  }
  for (const signal of signals) process.on(signal, quit)
  // A closed pipe: nobody reads any more.
  io.stdout.on("error", quit)
  const following = followLines({
    ...options,
    ...pageOptions(io),
    write: (text) => io.stdout.write(text),
    signal: ending.signal,
    onError: (error) => io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
  })
  const done = following.finally(() => {
    for (const signal of signals) process.off(signal, quit)
  })
  return { done, stop }
}

/** The terminal's width, else what COLUMNS says, else enough for everything. */
export function pageOptions(io: WatchIo): PageOptions {
  const told = Number(io.env.COLUMNS)
  const columns = io.columns || (io.isTTY && io.stdout.columns) || (Number.isInteger(told) && told > 0 ? told : 100)
  return { columns, depth: colourDepth(io.env, io.isTTY), unicode: showsUnicode(io.env) }
}
