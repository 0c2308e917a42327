import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import type { Cli } from "../cli.ts"
import type { Engine } from "../client/engine.ts"
import { httpEngine } from "../client/http.ts"
import { CliError, isNotFound, messageOf } from "../errors.ts"
import { isDaemonOf } from "./process.ts"
import type { Machine, State, StateFolder } from "./state.ts"

/** How long a daemon may take to stop in good order. */
const patience_ms = 10_000

/** Ends every daemon of the cluster, removes what it left on the engine, and then its folder. */
export async function down(cli: Cli, folder: StateFolder, options: { readonly volumes: boolean }): Promise<void> {
  const state = folder.read()
  if (!state) {
    cli.out(`There is no cluster under ${folder.path}.\n`)
    return
  }
  const real = state.engine.startsWith("unix://")
  const networks = real ? await networksOf(folder, state) : []
  await stopAll(cli, folder, state)
  if (real) await cleanUp(cli, state, { networks, volumes: options.volumes })
  unmountUnder(folder.path)
  folder.remove()
  cli.out(`The cluster of ${state.machines.length} nodes is gone.\n`)
}

/** Workers first: a manager that goes would only make them look for another. */
async function stopAll(cli: Cli, folder: StateFolder, state: State): Promise<void> {
  const runs = ({ name, pid }: Machine) => pid !== undefined && isDaemonOf(pid, folder.dataDir(name))
  const signal = (name: NodeJS.Signals) => {
    for (const machine of [...state.machines].reverse()) {
      if (machine.pid !== undefined && runs(machine)) process.kill(machine.pid, name)
    }
  }
  signal("SIGTERM")
  const end = cli.now() + patience_ms
  while (state.machines.some(runs) && cli.now() < end) await cli.sleep(50)
  const late = state.machines.filter(runs)
  if (late.length === 0) return
  cli.err(`killed, since they did not stop: ${late.map(({ name }) => name).join(", ")}\n`)
  signal("SIGKILL")
  while (state.machines.some(runs)) await cli.sleep(50)
}

interface Container {
  readonly Id: string
  readonly Mounts?: ReadonlyArray<{ readonly Type: string; readonly Name?: string }>
}

interface Network {
  readonly Id: string
  readonly Scope: string
}

/** The IDs of the swarm's networks, from the first manager that still answers. */
async function networksOf(folder: StateFolder, { machines }: State): Promise<ReadonlyArray<string>> {
  for (const { name, role } of machines) {
    if (role !== "manager") continue
    try {
      const engine = httpEngine(`unix://${folder.socketPath(name)}`, "drydock-down")
      const networks = await engine.get<ReadonlyArray<Network>>("/networks")
      return networks.filter(({ Scope }) => Scope === "swarm").map(({ Id }) => Id)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
    }
  }
  return []
}

interface Leftovers {
  /** IDs of the swarm's networks. */
  readonly networks: ReadonlyArray<string>
  /** Volumes go, too. */
  readonly volumes: boolean
}

/** Containers of the cluster's nodes, and the bridges that stood for its networks. */
async function cleanUp(cli: Cli, state: State, { networks, volumes }: Leftovers): Promise<void> {
  const engine = httpEngine(state.engine, "drydock-down")
  const nodeIds = state.machines.flatMap(({ nodeId }) => (nodeId === undefined ? [] : [nodeId]))
  const named = new Set<string>()
  try {
    for (const nodeId of nodeIds) {
      for (const { Id, Mounts } of await labelled<Container>(engine, "/containers/json", nodeLabel, nodeId)) {
        for (const { Type, Name } of Mounts ?? []) if (Type === "volume" && Name) named.add(Name)
        await removal(engine.delete(`/containers/${Id}`, { query: { force: true, v: volumes } }))
      }
    }
    if (volumes) for (const name of named) await removal(engine.delete(`/volumes/${name}`))
    for (const network of networks) {
      for (const { Id } of await labelled<Network>(engine, "/networks", networkLabel, network)) {
        await removal(engine.delete(`/networks/${Id}`))
      }
    }
  } catch (error) {
    cli.err(`containers may be left on ${state.engine}: ${messageOf(error)}\n`)
  }
}

const nodeLabel = "com.docker.swarm.node.id"
const networkLabel = "com.docker.swarm.network.id"

/** Secrets of containers lie in memory that is mounted into the daemons' folders. */
function unmountUnder(path: string): void {
  if (process.platform !== "linux") return
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n")
  for (const line of mounts.reverse()) {
    const at = line.split(" ")[1] ?? ""
    if (at.startsWith(`${path}/`)) spawnSync("umount", [at])
  }
}

const labelled = <A>(engine: Engine, path: string, label: string, value: string): Promise<ReadonlyArray<A>> =>
  engine.get(path, { query: { all: true }, filters: [["label", `${label}=${value}`]] })

/** What is gone already is what was wanted. */
async function removal(removing: Promise<void>): Promise<void> {
  try {
    await removing
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
