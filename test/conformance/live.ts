import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { LiveCluster } from "../../bench/live/cluster.ts"
import { liveDifferences } from "./differences.ts"
import type { Target } from "./target.ts"

const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))

/** Five daemons as processes of their own, each with a simulated engine behind it: links, certificates and disks are real. */
export const live: Target = {
  name: "five daemons",
  cheap: false,
  fresh: true,
  real: false,
  differences: liveDifferences,
  missing: () => (existsSync(command) ? undefined : "dist/ is not built (npm run build)"),
  start: async () => {
    const cluster = await LiveCluster.start({ managers: 3, workers: 2, place: () => ({ engine: "sim:" }) })
    return { addresses: cluster.nodes.map(({ socketPath }) => `unix://${socketPath}`), stop: () => cluster.end() }
  },
}
