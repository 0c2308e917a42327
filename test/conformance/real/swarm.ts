import { missingDockerd } from "../../../bench/live/dockerd.ts"
import { ask } from "../cluster.ts"
import type { Started, Target } from "../target.ts"
import { type Engine, managers, startEngines } from "./engines.ts"

/** A real swarm on this machine, of engines that are started for it. */
export const realSwarm: Target = {
  name: "a real swarm",
  cheap: false,
  real: true,
  differences: [],
  missing: missingDockerd,
  start,
}

async function start(): Promise<Started> {
  const { engines, stop } = await startEngines()
  try {
    await unite(engines)
    return { addresses: engines.map((engine) => engine.host), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function unite(engines: ReadonlyArray<Engine>): Promise<void> {
  const [first, ...others] = engines
  if (first === undefined) return
  await ask(first.host, ["swarm", "init", "--advertise-addr", first.machine.address])
  for (const [at, engine] of others.entries()) {
    const role = at + 1 < managers ? "manager" : "worker"
    const [token = ""] = await ask(first.host, ["swarm", "join-token", "-q", role])
    await ask(engine.host, ["swarm", "join", "--token", token, `${first.machine.address}:2377`])
  }
}
