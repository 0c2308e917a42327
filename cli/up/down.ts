import type { Cli } from "../cli.ts"
import type { Engine } from "../client/engine.ts"
import { httpEngine } from "../client/http.ts"
import { isNotFound, messageOf } from "../errors.ts"
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
  await stopAll(cli, folder, state)
  if (state.engine.startsWith("unix://")) await cleanUp(cli, state, options.volumes)
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
  readonly Labels?: Readonly<Record<string, string>> | null
}

/** Containers of the cluster's nodes, and the bridges that nobody else is on. */
async function cleanUp(cli: Cli, state: State, volumes: boolean): Promise<void> {
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
    for (const nodeId of nodeIds) {
      for (const { Id } of await labelled<Network>(engine, "/networks", nodeLabel, nodeId)) {
        await removal(engine.delete(`/networks/${Id}`))
      }
    }
  } catch (error) {
    cli.err(`containers may be left on ${state.engine}: ${messageOf(error)}\n`)
  }
}

const nodeLabel = "com.docker.swarm.node.id"

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
