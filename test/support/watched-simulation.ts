import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Tmux } from "./tmux.ts"

/** The program as it is released. */
export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))

export function mustBeBuilt(): void {
  if (!existsSync(main)) throw new Error("not built: node tools/build.mjs")
}

/** Waits until a screen shows all of these. */
export const saysOn =
  (terminal: Tmux) =>
  (...texts: ReadonlyArray<string>): Promise<string> =>
    terminal.until((screen) => texts.every((text) => screen.includes(text)))

/** A simulated cluster in one terminal, and another terminal to look at it from. */
export class WatchedSimulation {
  readonly watch = new Tmux()
  readonly says = saysOn(this.watch)
  readonly #sim = new Tmux()
  #host = ""

  /** Its DOCKER_HOST, once it was started. */
  get host(): string {
    return this.#host
  }

  /** The size is that of the terminal to look from. */
  async start(seed: string, columns: number, rows: number): Promise<void> {
    mustBeBuilt()
    await this.#sim.start(100, 30)
    await this.#sim.type(`node ${main} sim --demo --port 0 --seed ${seed} --no-screen`)
    const shown = await this.#sim.until((screen) => /DOCKER_HOST=tcp:\/\/127\.0\.0\.1:\d+/.test(screen), 60_000)
    this.#host = /DOCKER_HOST=(tcp:\S+)/.exec(shown)?.[1] ?? ""
    await this.watch.start(columns, rows)
  }

  async stop(): Promise<void> {
    await this.#sim.keys("C-c")
    await this.watch.stop()
    await this.#sim.stop()
  }
}
