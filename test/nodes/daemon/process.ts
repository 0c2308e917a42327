import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { request } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url))

/** A `drydock daemon` as a process of its own, from the built program (npm test builds it). */
export class DaemonProcess {
  readonly socketPath: string
  readonly #args: ReadonlyArray<string>
  readonly #namespace: string | undefined
  #child: ChildProcess | undefined
  #log = ""

  /** `namespace`: the network namespace to run in. */
  constructor(socketPath: string, args: ReadonlyArray<string>, namespace?: string) {
    if (!existsSync(main)) throw new Error("not built: node tools/build.mjs")
    this.socketPath = socketPath
    this.#args = [main, "daemon", "--host", `unix://${socketPath}`, ...args]
    this.#namespace = namespace
  }

  get log(): string {
    return this.#log
  }

  async start(): Promise<void> {
    const inside = this.#namespace === undefined ? [] : [`--net=/run/netns/${this.#namespace}`, process.execPath]
    const [command, ...args] =
      this.#namespace === undefined ? [process.execPath, ...this.#args] : ["nsenter", ...inside, ...this.#args]
    const child = spawn(command ?? "", args, { stdio: ["ignore", "ignore", "pipe"] })
    this.#child = child
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text
    })
    const end = Date.now() + 30_000
    while (!(await pings(this.socketPath))) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`the daemon does not answer:\n${this.#log}`)
      await pause(20)
    }
  }

  /** Ends it and waits for that; the result is its exit code, null after SIGKILL. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null)
    return new Promise((resolve) => {
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000)
      child.once("exit", (code) => {
        clearTimeout(late)
        resolve(code)
      })
      child.kill(signal)
    })
  }
}

const pings = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: "/_ping", agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on("error", () => resolve(false))
    asked.end()
  })

export const exampleStack = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url)), "utf8")
