import { execFile, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"

/** Why there can be no real terminal here; undefined when there can. A machine that tests for others (CI) must have one. */
export function missingTmux(): string | undefined {
  const reason = spawnSync("tmux", ["-V"]).status === 0 ? undefined : "a real terminal needs tmux"
  if (reason !== undefined && process.env.CI === "true") throw new Error(reason)
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`)
  return reason
}

/** A shell in a terminal of its own, on a tmux server of its own. */
export class Tmux {
  readonly folder = mkdtempSync(join(tmpdir(), "drydock-tmux-"))
  readonly #socket = join(this.folder, "tmux")

  async start(columns: number, rows: number): Promise<void> {
    const size = ["-x", String(columns), "-y", String(rows)]
    await this.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "env", "PS1=PROMPT> ", "bash", "--norc", "-i")
    await this.until((screen) => screen.includes("PROMPT>"), 15_000)
  }

  /** Keys by tmux' names ("Enter", "C-z"), or text. */
  async keys(...keys: ReadonlyArray<string>): Promise<void> {
    for (const key of keys) await this.#tmux("send-keys", key)
  }

  /** Text without a return. */
  async write(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text)
  }

  async type(text: string): Promise<void> {
    await this.write(text)
    await this.#tmux("send-keys", "Enter")
  }

  resize(columns: number, rows: number): Promise<string> {
    return this.#tmux("resize-window", "-x", String(columns), "-y", String(rows))
  }

  screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p")
  }

  /** Looks until the screen is so; rejects with what it shows instead. */
  async until(condition: (screen: string) => boolean, within_ms = 30_000): Promise<string> {
    const end = Date.now() + within_ms
    for (;;) {
      const screen = await this.screen()
      if (condition(screen)) return screen
      if (Date.now() > end) throw new Error(`not so within ${within_ms} ms: ${condition}\n${screen}`)
      await pause(50)
    }
  }

  async stop(): Promise<void> {
    await this.#tmux("kill-server").catch(() => "")
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #tmux(...args: ReadonlyArray<string>): Promise<string> {
    const env = { ...process.env, TERM: "xterm-256color", LC_ALL: "C.UTF-8", TMUX: "" }
    return (await promisify(execFile)("tmux", ["-S", this.#socket, ...args], { env })).stdout
  }
}
