import { mkdirSync, readFileSync } from "node:fs"
import type { Cli } from "../cli.ts"
import type { Engine } from "../client/engine.ts"
import { httpEngine } from "../client/http.ts"
import { CliError, messageOf } from "../errors.ts"
import { isDaemonOf, startDaemon } from "./process.ts"
import type { Machine, State, StateFolder } from "./state.ts"

export interface UpOptions {
  readonly folder: StateFolder
  readonly managers: number
  readonly workers: number
  readonly engine: string
  /** Somebody said how large the cluster is to be. */
  readonly sized: boolean
  /** What has to follow other commands that mean this cluster: " --state-dir X", or nothing. */
  readonly where: string
}

/** How long a daemon may take until it answers, and a node until it is in. */
const patience_ms = 30_000

/** Starts a cluster of daemons on this machine, or what is missing of the one that is there. */
export async function up(cli: Cli, options: UpOptions): Promise<void> {
  const { folder } = options
  const before = folder.read()
  if (before && options.sized) checkSame(before, options)
  const state = before ?? { format: 1, engine: options.engine, machines: machinesOf(options) }
  await checkEngine(state.engine)
  mkdirSync(folder.path, { recursive: true, mode: 0o700 })
  const cluster = new Cluster(cli, folder, state)
  const started = await cluster.start().catch((error: unknown) => giveUp(cli, options, before, error))
  await cluster.join().catch((error: unknown) => giveUp(cli, options, before, error))
  const first = folder.socketPath(state.machines[0]?.name ?? "")
  if (before && started.length === 0) cli.out("The cluster is up already.\n")
  else if (before) cli.out(`Started again: ${started.join(", ")}.\n`)
  const { managers, workers } = countOf(state)
  cli.out(
    `\n${managers} ${managers === 1 ? "manager" : "managers"} and ${workers} ${workers === 1 ? "worker" : "workers"} under ${folder.path}\n\n`,
  )
  cli.out(`  export DOCKER_HOST=unix://${first}\n  docker node ls\n  drydock down${options.where}\n\n`)
}

/** What began and did not become a cluster is ended again; one that was there before is left for its owner to look at. */
async function giveUp(cli: Cli, options: UpOptions, before: State | undefined, error: unknown): Promise<never> {
  if (!before) {
    const { down } = await import("./down.ts")
    await down({ ...cli, out: () => {} }, options.folder, { volumes: false })
  }
  throw error
}

async function checkEngine(engine: string): Promise<void> {
  if (!engine.startsWith("unix://")) return
  try {
    await httpEngine(engine, "drydock-up").get("/_ping")
  } catch {
    throw new CliError(`no engine answers at ${engine}: start dockerd, or say where it is with --engine unix:///path

No Docker here? drydock up --engine sim:`)
  }
}

const machinesOf = ({ managers, workers }: UpOptions): ReadonlyArray<Machine> => [
  ...Array.from({ length: managers }, (_, i): Machine => ({ name: `manager${i + 1}`, role: "manager" })),
  ...Array.from({ length: workers }, (_, i): Machine => ({ name: `worker${i + 1}`, role: "worker" })),
]

const countOf = ({ machines }: State) => {
  const managers = machines.filter(({ role }) => role === "manager").length
  return { managers, workers: machines.length - managers }
}

function checkSame(state: State, options: UpOptions): void {
  const { managers, workers } = countOf(state)
  if (managers === options.managers && workers === options.workers && state.engine === options.engine) return
  throw new CliError(
    `a cluster of ${managers} managers and ${workers} workers on ${state.engine} is there already (${options.folder.path}): end it with drydock down${options.where}, or choose another --state-dir`,
  )
}

class Cluster {
  readonly #cli: Cli
  readonly #folder: StateFolder
  #state: State

  constructor(cli: Cli, folder: StateFolder, state: State) {
    this.#cli = cli
    this.#folder = folder
    this.#state = state
  }

  /** Starts the daemons that do not run; returns their names once they answer. */
  async start(): Promise<ReadonlyArray<string>> {
    const started = this.#state.machines.filter(
      ({ name, pid }) => pid === undefined || !isDaemonOf(pid, this.#folder.dataDir(name)),
    )
    for (const { name } of started) {
      const index = this.#state.machines.findIndex((machine) => machine.name === name)
      this.#change(name, { pid: startDaemon(this.#arguments(name, index), this.#folder.logFile(name)) })
    }
    for (const { name } of started) await this.#until(name, "answer", (engine) => engine.get("/_ping"))
    return started.map(({ name }) => name)
  }

  /** Brings those into the swarm that are in none: the first manager begins it. */
  async join(): Promise<void> {
    const [first, ...others] = this.#state.machines
    if (!first) return
    await this.#enter(first, (engine, address) =>
      engine.post("/swarm/init", { body: { ListenAddr: address, AdvertiseAddr: address, Spec: {} } }),
    )
    const remote = `${this.#folder.address(0)}:2377`
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
    if (local.LocalNodeState === "inactive") {
      const index = this.#state.machines.indexOf(machine)
      await enter(engine, `${this.#folder.address(Math.max(0, index))}:2377`)
    }
    await this.#until(machine.name, "become active", async () => {
      const { LocalNodeState, NodeID, Error: why } = await swarmOf(engine)
      if (LocalNodeState !== "active") throw new Error(why || `it is ${LocalNodeState}`)
      this.#change(machine.name, { nodeId: NodeID })
    })
  }

  #arguments(name: string, index: number): ReadonlyArray<string> {
    const address = this.#folder.address(index)
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
        const pid = this.#state.machines.find((machine) => machine.name === name)?.pid
        const died = pid !== undefined && !isDaemonOf(pid, this.#folder.dataDir(name))
        if (died || this.#cli.now() > end) throw this.#notUp(name, what, died ? "it ended" : messageOf(error))
        await this.#cli.sleep(50)
      }
    }
  }

  #notUp(name: string, what: string, why: string): CliError {
    const file = this.#folder.logFile(name)
    const last = readFileSync(file, "utf8").trimEnd().split("\n").slice(-3).join("\n  ")
    return new CliError(`${name} did not ${what}: ${why}. Its log (${file}) ends with:\n  ${last}`)
  }
}

interface SwarmSection {
  readonly LocalNodeState: string
  readonly NodeID: string
  readonly Error: string
}

const swarmOf = async (engine: Engine): Promise<SwarmSection> =>
  (await engine.get<{ Swarm: SwarmSection }>("/info")).Swarm
