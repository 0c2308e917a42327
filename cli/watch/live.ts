import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { ansiLines } from "./ansi.ts"
import { LookingBack } from "./app/looking-back.ts"
import { Performer } from "./app/perform.ts"
import { type Happening, reduce } from "./app/reduce.ts"
import { render } from "./app/render.ts"
import { opening, type State } from "./app/state.ts"
import { FrameStore } from "./frames.ts"
import type { mountScreen } from "./screen.ts"
import type { ScreenIo, Showing, StartOptions } from "./showing.ts"
import { type ColourDepth, colourDepth, showsUnicode } from "./surroundings.ts"
import { suspendProcess } from "./suspend.ts"
import { type Terminal, takeOver } from "./terminal.ts"

const interval_ms_min = 100
/** Frames follow each other no faster than this: twenty a second. */
const frame_ms = 50
/** Looking and drawing may take this share of the time, so that a large cluster starves nobody. */
const workShare_max = 0.1
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** The cluster on the whole screen, redrawn as it changes, until the user leaves it. Fails when the first status does. */
export async function liveScreen(options: StartOptions, io: ScreenIo): Promise<Showing> {
  // React's development build records every render for a profiler that is not there, and never forgets.
  process.env.NODE_ENV ??= "production"
  const { mountScreen } = await import("./screen.ts")
  const view = new LiveView(options, io, await options.status())
  return view.start(mountScreen)
}

/** The one place where the screen's state lives: what happens goes through the reducer, what that wants done is carried out. */
class LiveView {
  readonly #options: StartOptions
  readonly #io: ScreenIo
  readonly #frames = new FrameStore()
  readonly #depth: ColourDepth
  readonly #performer: Performer | undefined
  readonly #lookBack: LookingBack | undefined
  #state: State
  #answered_ms = performance.now()
  #terminal: Terminal | undefined
  #unmount: () => void = () => {}
  #turnTimer: NodeJS.Timeout | undefined
  #frameTimer: NodeJS.Timeout | undefined
  #turned_ms = performance.now()
  #drawn_ms = Number.NEGATIVE_INFINITY
  /** What the last frame took. */
  #drawing_ms = 0
  #settle: () => void = () => {}

  constructor(options: StartOptions, io: ScreenIo, first: ClusterStatus) {
    this.#options = options
    this.#io = io
    this.#depth = colourDepth(io.env, true)
    const { engine, hint = [], view, lookBack, replay } = options
    this.#performer = engine && new Performer(engine.client, engine.host, (happening) => this.#dispatch(happening))
    const unicode = showsUnicode(io.env)
    this.#lookBack = lookBack && new LookingBack(lookBack, (happening) => this.#dispatch(happening))
    const size = { columns: 80, rows: 24 }
    this.#state = opening({ size, unicode, status: first, hint, ...(view && { view }), ...(replay && { replay }) })
  }

  start(mount: typeof mountScreen): Showing {
    const done = new Promise<void>((resolve) => {
      this.#settle = resolve
    })
    this.#enter()
    for (const signal of signals) process.on(signal, this.#quit)
    // The terminal is gone.
    this.#io.stdout.on("error", this.#quit)
    this.#unmount = mount({
      frames: this.#frames,
      stdin: this.#io.stdin,
      onKey: (key) => this.#dispatch({ type: "key", key }),
      show: (lines) => this.#terminal?.show(lines),
    })
    this.#turnTimer = setTimeout(this.#turn, this.#pause(0))
    return { done, stop: this.#stop }
  }

  #enter(): void {
    const terminal = takeOver(this.#io.stdout, () => this.#dispatch({ type: "resized", size: terminal.size() }))
    this.#terminal = terminal
    this.#state = { ...this.#state, size: terminal.size() }
    this.#draw()
  }

  #dispatch(happening: Happening): void {
    if (this.#terminal === undefined) return
    const { state, effects } = reduce(this.#state, happening)
    const before = this.#state
    this.#state = state
    for (const effect of effects) {
      if (effect.type === "quit") this.#quit()
      else if (effect.type === "suspend") this.#suspend()
      else if (effect.type === "look back") this.#lookBack?.ask(effect.ask)
      else void this.#performer?.perform(effect)
    }
    // Nothing of what was shown is left on a screen that has another size.
    if (happening.type === "resized") this.#draw()
    else if (state !== before) this.#drawSoon()
  }

  readonly #turn = async (): Promise<void> => {
    const begun = process.cpuUsage()
    await this.#ask()
    if (this.#terminal === undefined) return
    const passed_ms = performance.now() - this.#turned_ms
    this.#turned_ms += passed_ms
    this.#dispatch({ type: "passed", passed_ms })
    const used = process.cpuUsage(begun)
    const asking_ms = this.#options.engine?.remote ? (used.user + used.system) / 1_000 : 0
    this.#turnTimer = setTimeout(this.#turn, this.#pause(asking_ms + this.#drawing_ms))
  }

  #pause(work_ms: Millis): Millis {
    return Math.max(interval_ms_min, this.#options.interval_ms ?? 0, work_ms / workShare_max)
  }

  async #ask(): Promise<void> {
    try {
      const status = await this.#options.status()
      this.#answered_ms = performance.now()
      this.#dispatch({ type: "status", status })
    } catch (error) {
      const silent_s = Math.round((performance.now() - this.#answered_ms) / 1000)
      const why = error instanceof Error ? error.message : String(error)
      this.#dispatch({ type: "silent", notice: `no answer for ${silent_s}s: ${why}` })
    }
  }

  #drawSoon(): void {
    if (this.#frameTimer !== undefined) return
    const wait_ms = this.#drawn_ms + frame_ms - performance.now()
    if (wait_ms <= 0) this.#draw()
    else this.#frameTimer = setTimeout(() => this.#draw(), wait_ms)
  }

  #draw(): void {
    clearTimeout(this.#frameTimer)
    this.#frameTimer = undefined
    if (this.#terminal === undefined) return
    const begun = performance.now()
    this.#frames.set(ansiLines(render(this.#state), this.#depth))
    this.#drawn_ms = performance.now()
    this.#drawing_ms = this.#drawn_ms - begun
  }

  #suspend(): void {
    const terminal = this.#terminal
    if (terminal === undefined) return
    terminal.leave()
    const suspend = this.#io.suspend ?? (() => suspendProcess(this.#io.stdin))
    void suspend().then(() => {
      if (this.#terminal === terminal) this.#enter()
    })
  }

  readonly #stop = (): void => {
    const terminal = this.#terminal
    if (terminal === undefined) return
    this.#terminal = undefined
    clearTimeout(this.#turnTimer)
    clearTimeout(this.#frameTimer)
    this.#performer?.stop()
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
