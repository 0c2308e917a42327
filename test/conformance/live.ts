import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { LiveCluster } from "../../bench/live/cluster.ts"
import { missingDockerd } from "../../bench/live/dockerd.ts"
import { engineDifferences, liveDifferences } from "./differences.ts"
import { managers, startEngines, workers } from "./real/engines.ts"
import type { Target } from "./target.ts"

const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))

const notBuilt = () => (existsSync(command) ? undefined : "dist/ is not built (npm run build)")

/** Five daemons as processes of their own, each with a simulated engine behind it: links, certificates and disks are real. */
export const live: Target = {
  name: "five daemons",
  cheap: false,
  fresh: true,
  real: false,
  differences: liveDifferences,
  missing: notBuilt,
  start: async () => {
    const cluster = await LiveCluster.start({ managers, workers, place: () => ({ engine: "sim:" }) })
    return { addresses: cluster.nodes.map(({ socketPath }) => `unix://${socketPath}`), stop: () => cluster.end() }
  },
}

/** Five daemons, each beside a real engine, in the network namespace of that. */
export const liveEngines: Target = {
  name: "five daemons with real engines",
  cheap: false,
  fresh: true,
  real: false,
  differences: engineDifferences,
  missing: () => notBuilt() ?? missingDockerd(),
  start: async () => {
    const { engines, stop } = await startEngines()
    const place = (index: number) => {
      const engine = engines[index]
      if (engine === undefined) throw new Error("too few engines")
      return { engine: engine.host, machine: engine.machine }
    }
    try {
      const cluster = await LiveCluster.start({ managers, workers, place })
      const end = async () => {
        await cluster.end()
        await stop()
      }
      return { addresses: cluster.nodes.map(({ socketPath }) => `unix://${socketPath}`), stop: end }
    } catch (error) {
      await stop()
      throw error
    }
  },
}
