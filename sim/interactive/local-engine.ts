import type { LocalEngine } from "../../nodes/api/engine/local-engine.ts"
import { simulatedLocalEngine } from "../../nodes/api/engine/simulated.ts"
import type { Host } from "../cluster/host.ts"
import type { PacedCluster } from "./paced.ts"

/** The engine of a simulated host, for those who stand before the machine. */
export const localEngineOf = (paced: PacedCluster, host: Host): LocalEngine =>
  simulatedLocalEngine(
    () => host.engine,
    (act) => paced.byHand(host, act),
  )
