import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Answer, call } from "./api.ts"
import { type Machine, within } from "./lan.ts"

/** The drydock command as it was built: this module is run from dist/ or by vitest. */
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url).href.replace("/dist/dist/", "/dist/"))

export interface NodeOptions {
  readonly name: string
  /** Of the node alone, for its data, socket and log. */
  readonly folder: string
  /** "sim:" or "unix:///path". */
  readonly engine: string
  /** Its address, and its network namespace when it has one of its own. */
  readonly address: string
  readonly machine?: Machine
}

/** One `drydock daemon` as a process. */
export class NodeProcess {
  readonly name: string
  readonly address: string
  readonly machine: Machine | undefined
  readonly socketPath: string
  readonly logFile: string
  /** A manager's. */
  readonly databasePath: string
  readonly #options: NodeOptions
  #process: ChildProcess | undefined
  #paused = false
  #retired = false

  constructor(options: NodeOptions) {
    this.name = options.name
    this.address = options.address
    this.machine = options.machine
    this.socketPath = join(options.folder, "drydock.sock")
    this.logFile = join(options.folder, "log")
    this.databasePath = join(options.folder, "data", "manager.db")
    this.#options = options
    mkdirSync(options.folder, { recursive: true })
  }

  get pid(): number | undefined {
    return this.runs ? this.#process?.pid : undefined
  }

  get runs(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
  }

  get paused(): boolean {
    return this.#paused
  }

  /** The status it ended with by itself; undefined while it runs or when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#process?.exitCode ?? undefined
  }

  start(): void {
    if (this.runs || this.#retired) return
    const { folder, engine, address, machine, name } = this.#options
    const args = [main, "daemon", "--data-dir", join(folder, "data"), "--host", `unix://${this.socketPath}`]
    args.push("--engine", engine, "--listen-addr", `${address}:2377`, "--advertise-addr", address)
    args.push("--publish-addr", address, "--node-name", name)
    const log = openSync(this.logFile, "a")
    const [command, all] = machine
      ? within(machine.namespace, process.execPath, args)
      : ([process.execPath, args] as const)
    const started = spawn(command, all, { stdio: ["ignore", log, log] })
    const orphan = () => started.kill("SIGKILL")
    process.once("exit", orphan)
    started.once("exit", () => process.off("exit", orphan))
    this.#process = started
    this.#paused = false
    closeSync(log)
  }

  /** Ends it, and for good: whoever else had it in hand cannot start it any more. */
  async retire(): Promise<void> {
    this.#retired = true
    await this.end("SIGKILL")
  }

  /** What it has said. */
  log(): string {
    return readFileSync(this.logFile, "utf8")
  }

  signal(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): void {
    if (!this.runs) return
    if (signal === "SIGSTOP") this.#paused = true
    if (signal === "SIGCONT") this.#paused = false
    this.#process?.kill(signal)
  }

  /** Ends it, and waits until it has. The result is how long that took, in milliseconds. */
  async end(signal: "SIGKILL" | "SIGTERM", patience_ms = 20_000): Promise<number> {
    const began = performance.now()
    if (!this.runs) return 0
    this.signal("SIGCONT")
    this.signal(signal)
    while (this.runs) {
      if (performance.now() - began > patience_ms) this.signal("SIGKILL")
      await pause(10)
    }
    return performance.now() - began
  }

  call(
    method: "GET" | "POST" | "DELETE",
    path: string,
    options: { readonly body?: unknown; readonly timeout_ms?: number } = {},
  ): Promise<Answer> {
    return call(this.socketPath, method, path, options)
  }

  /** The body of a GET that must go well. */
  async get(path: string): Promise<unknown> {
    const { status, error, body } = await this.call("GET", path)
    if (status !== 200) throw new Error(`${this.name}: GET ${path}: ${status} ${error}`)
    return body
  }
}
