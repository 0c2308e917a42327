import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { ansiLines } from "./ansi.ts"
import { picture } from "./picture.ts"
import type { Frames, mountScreen } from "./screen.ts"
import type { ScreenIo, Showing, StartOptions } from "./showing.ts"
import { type ColourDepth, colourDepth, showsUnicode } from "./surroundings.ts"
import { type Terminal, takeOver } from "./terminal.ts"

const interval_ms_min = 100
/** A redraw may take this share of the time, so that a large cluster's picture does not starve a simulation in the same process. */
const drawingShare_max = 0.1
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** The cluster's picture on the whole screen, redrawn as it changes, until the user leaves it. Fails when the first status does. */
export async function liveScreen(options: StartOptions, io: ScreenIo): Promise<Showing> {
  // React's development build records every render for a profiler that is not there, and never forgets.
  process.env.NODE_ENV ??= "production"
  const { mountScreen } = await import("./screen.ts")
  const view = new LiveView(options, io, await options.status())
  return view.start(mountScreen)
}

class LiveView {
  readonly #options: StartOptions
  readonly #io: ScreenIo
  readonly #frames = new FrameStore()
  readonly #depth: ColourDepth
  readonly #unicode: boolean
  #status: ClusterStatus
  #answered_ms = performance.now()
  #notice: string | undefined
  #terminal: Terminal | undefined
  #unmount: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  #settle: () => void = () => {}

  constructor(options: StartOptions, io: ScreenIo, first: ClusterStatus) {
    this.#options = options
    this.#io = io
    this.#status = first
    this.#depth = colourDepth(io.env, true)
    this.#unicode = showsUnicode(io.env)
  }

  start(mount: typeof mountScreen): Showing {
    const done = new Promise<void>((resolve) => {
      this.#settle = resolve
    })
    const terminal = takeOver(this.#io.stdout, () => this.#draw())
    this.#terminal = terminal
    for (const signal of signals) process.on(signal, this.#quit)
    // The terminal is gone.
    this.#io.stdout.on("error", this.#quit)
    this.#draw()
    this.#unmount = mount({
      frames: this.#frames,
      stdin: this.#io.stdin,
      onQuit: this.#quit,
      show: (lines) => terminal.show(lines),
    })
    this.#timer = setTimeout(this.#turn, this.#pause(0))
    return { done, stop: this.#stop }
  }

  readonly #turn = async (): Promise<void> => {
    await this.#ask()
    if (this.#terminal === undefined) return
    const begun = performance.now()
    this.#draw()
    this.#timer = setTimeout(this.#turn, this.#pause(performance.now() - begun))
  }

  #pause(drawing_ms: Millis): Millis {
    return Math.max(interval_ms_min, this.#options.interval_ms ?? 0, drawing_ms / drawingShare_max)
  }

  async #ask(): Promise<void> {
    try {
      this.#status = await this.#options.status()
      this.#answered_ms = performance.now()
      this.#notice = undefined
    } catch (error) {
      const silent_s = Math.round((performance.now() - this.#answered_ms) / 1000)
      this.#notice = `no answer for ${silent_s}s: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  #draw(): void {
    if (this.#terminal === undefined) return
    const { hint = [] } = this.#options
    const notice = this.#notice === undefined ? {} : { notice: this.#notice }
    const drawn = picture(this.#status, this.#terminal.size(), { unicode: this.#unicode, hint, ...notice })
    this.#frames.set(ansiLines(drawn, this.#depth))
  }

  readonly #stop = (): void => {
    const terminal = this.#terminal
    if (terminal === undefined) return
    this.#terminal = undefined
    clearTimeout(this.#timer)
    for (const signal of signals) process.off(signal, this.#quit)
    this.#unmount()
    terminal.leave()
    this.#settle()
  }

  readonly #quit = (): void => {
    if (this.#terminal === undefined) return
    this.#stop()
    this.#options.onQuit?.()
  }
}

class FrameStore implements Frames {
  #lines: ReadonlyArray<string> = []
  readonly #listeners = new Set<() => void>()

  readonly current = (): ReadonlyArray<string> => this.#lines

  readonly subscribe = (act: () => void): (() => void) => {
    this.#listeners.add(act)
    return () => this.#listeners.delete(act)
  }

  set(lines: ReadonlyArray<string>): void {
    this.#lines = lines
    for (const act of this.#listeners) act()
  }
}
