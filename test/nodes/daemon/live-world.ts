import { randomInt } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { DaemonConfig } from "../../../nodes/daemon/config.ts"
import { type Daemon, startDaemon } from "../../../nodes/daemon/daemon.ts"
import { type Log, makeLog } from "../../../nodes/daemon/log.ts"

/** One machine of this process: a daemon with a simulated engine, an address of its own, a folder that outlives it. */
export class LiveMachine {
  readonly name: string
  readonly address: string
  readonly folder: string
  readonly lines: Array<string> = []
  readonly failures: Array<unknown> = []
  readonly #config: Partial<DaemonConfig>
  #running: { readonly daemon: Daemon; readonly scope: Scope.Closeable } | undefined

  constructor(name: string, address: string, folder: string, config: Partial<DaemonConfig>) {
    this.name = name
    this.address = address
    this.folder = folder
    this.#config = config
  }

  get daemon(): Daemon {
    if (!this.#running) throw new Error(`${this.name} is down`)
    return this.#running.daemon
  }

  get isUp(): boolean {
    return this.#running !== undefined
  }

  get socketPath(): string {
    return join(this.folder, "api.sock")
  }

  /** "unix:///..." for the docker CLI. */
  get host(): string {
    return `unix://${this.socketPath}`
  }

  async start(): Promise<void> {
    if (this.#running) return
    const scope = Scope.makeUnsafe()
    const started = startDaemon({
      config: this.#configured(),
      log: this.#log(),
      drydockVersion: "test",
      failed: (error) => this.failures.push(error),
    })
    this.#running = { daemon: await Effect.runPromise(Scope.provide(started, scope)), scope }
  }

  /** As if its process had died: nobody is told. */
  async crash(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running) await Effect.runPromise(Scope.close(running.scope, Exit.void))
  }

  /** As on SIGTERM: a leader hands over first. */
  async stop(): Promise<void> {
    await Effect.runPromise(this.daemon.handOver(500))
    await this.crash()
  }

  #configured(): DaemonConfig {
    return {
      dataDir: join(this.folder, "data"),
      apiHosts: [{ type: "unix", path: this.socketPath }],
      insecure: false,
      hostNames: [],
      engine: { type: "simulated" },
      listenAddr: { host: this.address, port: 2377 },
      advertiseAddr: this.address,
      publishAddr: this.address,
      nodeName: this.name,
      logLevel: "debug",
      logFormat: "text",
      ...this.#config,
    }
  }

  #log(): Log {
    return makeLog({ level: "debug", format: "text", write: (line) => this.lines.push(line), now: Date.now })
  }
}

/** Machines on loopback addresses of their own: all of 127.0.0.0/8 is this machine, so that each has the usual ports. */
export class LiveWorld {
  readonly machines: ReadonlyArray<LiveMachine>
  readonly #folder = mkdtempSync(join(tmpdir(), "drydock-live-"))

  constructor(count: number, config: (at: number, folder: string) => Partial<DaemonConfig> = () => ({})) {
    const net = `127.${randomInt(1, 250)}.${randomInt(0, 250)}`
    this.machines = Array.from({ length: count }, (_, at) => {
      const folder = join(this.#folder, `m${at}`)
      return new LiveMachine(`machine${at}`, `${net}.${at + 1}`, folder, config(at, this.#folder))
    })
  }

  async start(): Promise<void> {
    for (const machine of this.machines) await machine.start()
  }

  async end(): Promise<void> {
    for (const machine of this.machines) await machine.crash()
    rmSync(this.#folder, { recursive: true, force: true })
    const failures = this.machines.flatMap((machine) => machine.failures)
    if (failures.length > 0) throw failures[0]
  }
}

/** Looks every few milliseconds; rejects when it is not so in time. */
export async function until(condition: () => boolean, within_ms: number): Promise<void> {
  const end = Date.now() + within_ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not so within ${within_ms} ms: ${condition}`)
    await pause(10)
  }
}
