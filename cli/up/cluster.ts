import { readFileSync } from "node:fs"
import type { Cli } from "../cli.ts"
import type { Engine } from "../client/engine.ts"
import { httpEngine } from "../client/http.ts"
import { CliError, messageOf } from "../errors.ts"
import { isDaemonOf, startDaemon } from "./process.ts"
import type { Machine, State, StateFolder } from "./state.ts"

/** How long a daemon may take until it answers, and a node until it is in. */
const patience_ms = 30_000

/** The daemons of one cluster on this machine, as they are started and brought together. */
export class Cluster {
  readonly #cli: Cli
  readonly #folder: StateFolder
  #state: State
  /** Whether files are there to be looked into when this fails: not those of a cluster that never was one. */
  readonly #stays: boolean
  #abandoned = false

  constructor(cli: Cli, folder: StateFolder, state: State) {
    this.#cli = cli
    this.#folder = folder
    this.#state = state
    this.#stays = folder.read() !== undefined
  }

  /** The names of the daemons that do not run. */
  missing(): ReadonlyArray<string> {
    return this.#state.machines
      .filter(({ name, pid }) => pid === undefined || !isDaemonOf(pid, this.#folder.dataDir(name)))
      .map(({ name }) => name)
  }

  addressOf(name: string): string {
    return this.#folder.address(this.#state.machines.findIndex((machine) => machine.name === name))
  }

  /** Starts the daemons that do not run; returns their names once they answer. */
  async start(): Promise<ReadonlyArray<string>> {
    const started = this.missing()
    for (const name of started)
      this.#change(name, { pid: startDaemon(this.#arguments(name), this.#folder.logFile(name)) })
    for (const name of started) await this.#until(name, "answer", (engine) => engine.get("/_ping"))
    return started
  }

  /** Nothing is noted any more, and nothing waited for. */
  abandon(): void {
    this.#abandoned = true
  }

  /** Brings those into the swarm that are in none: the first manager begins it. */
  async join(): Promise<void> {
    const [first, ...others] = this.#state.machines
    if (!first) return
    await this.#enter(first, (engine, address) =>
      engine.post("/swarm/init", { body: { ListenAddr: address, AdvertiseAddr: address, Spec: {} } }),
    )
    const remote = `${this.addressOf(first.name)}:2377`
    for (const machine of others) {
      await this.#enter(machine, async (engine, address) => {
        const swarm = await this.#engine(first.name).get<{ JoinTokens: { Worker: string; Manager: string } }>("/swarm")
        const JoinToken = machine.role === "manager" ? swarm.JoinTokens.Manager : swarm.JoinTokens.Worker
        await engine.post("/swarm/join", {
          body: { ListenAddr: address, AdvertiseAddr: address, RemoteAddrs: [remote], JoinToken },
        })
      })
    }
  }

  async #enter(machine: Machine, enter: (engine: Engine, address: string) => Promise<unknown>): Promise<void> {
    const engine = this.#engine(machine.name)
    const local = await swarmOf(engine)
    if (local.LocalNodeState === "inactive") await enter(engine, `${this.addressOf(machine.name)}:2377`)
    await this.#until(machine.name, "become active", async () => {
      const { LocalNodeState, NodeID, Error: why } = await swarmOf(engine)
      if (LocalNodeState !== "active") throw new Error(why || `it is ${LocalNodeState}`)
      this.#change(machine.name, { nodeId: NodeID })
    })
  }

  #arguments(name: string): ReadonlyArray<string> {
    const address = this.addressOf(name)
    return [
      "--data-dir",
      this.#folder.dataDir(name),
      "--host",
      `unix://${this.#folder.socketPath(name)}`,
      "--engine",
      this.#state.engine,
      "--listen-addr",
      `${address}:2377`,
      "--advertise-addr",
      address,
      "--publish-addr",
      address,
      "--node-name",
      name,
    ]
  }

  #engine(name: string): Engine {
    return httpEngine(`unix://${this.#folder.socketPath(name)}`, "drydock-up")
  }

  #change(name: string, change: Partial<Machine>): void {
    if (this.#abandoned) return
    const machines = this.#state.machines.map((machine) =>
      machine.name === name ? { ...machine, ...change } : machine,
    )
    this.#state = { ...this.#state, machines }
    this.#folder.write(this.#state)
  }

  async #until(name: string, what: string, attempt: (engine: Engine) => Promise<unknown>): Promise<void> {
    const engine = this.#engine(name)
    const end = this.#cli.now() + patience_ms
    for (;;) {
      try {
        await attempt(engine)
        return
      } catch (error) {
        if (this.#abandoned) throw error
        const pid = this.#state.machines.find((machine) => machine.name === name)?.pid
        const died = pid !== undefined && !isDaemonOf(pid, this.#folder.dataDir(name))
        if (died || this.#cli.now() > end) {
          const late = `not within ${patience_ms / 1_000} s`
          throw this.#notUp(name, what, died ? "it ended" : what === "answer" ? late : `${late} (${messageOf(error)})`)
        }
        await this.#cli.sleep(50)
      }
    }
  }

  #notUp(name: string, what: string, why: string): CliError {
    const file = this.#folder.logFile(name)
    const last = readFileSync(file, "utf8").trimEnd().split("\n").slice(-3).join("\n  ")
    if (last === "") return new CliError(`${name} did not ${what}: ${why}. Its log is empty.`)
    return new CliError(
      `${name} did not ${what}: ${why}. Its log${this.#stays ? ` (${file})` : ""} ends with:\n  ${last}`,
    )
  }
}

interface SwarmSection {
  readonly LocalNodeState: string
  readonly NodeID: string
  readonly Error: string
}

const swarmOf = async (engine: Engine): Promise<SwarmSection> =>
  (await engine.get<{ Swarm: SwarmSection }>("/info")).Swarm
