import { defaultBehaviour, defaultLimits, defaultTiming } from "../../raft/index.ts"
import { goodDisk } from "../disk/disk.ts"
import { goodConditions } from "../network/conditions.ts"
import type { Plan } from "./plan.ts"

/** A plan in lines: what differs from the usual, then step after step. */
export function describePlan(plan: Plan): ReadonlyArray<string> {
  const { size, spares, timing, limits, behaviour, network, disk, clientNetwork, clients, steps } = plan
  return [
    `  ${size} voters, ${spares} spares`,
    `  timing ${differences(timing, defaultTiming)}, limits ${differences(limits, defaultLimits)}`,
    `  behaviour ${differences(behaviour, defaultBehaviour)}, disk ${differences(disk, goodDisk)}`,
    `  network ${differences(network, goodConditions)}`,
    `  clients' network ${differences(clientNetwork, goodConditions)}`,
    ...clients.map((client) => `  client ${JSON.stringify(client)}`),
    ...steps.map(({ fault, run_ms }) => `  ${JSON.stringify(fault)} and then ${run_ms} ms`),
  ]
}

function differences(given: object, usual: object): string {
  const before: Record<string, unknown> = { ...usual }
  const changed = Object.entries(given).filter(([name, value]) => value !== before[name])
  return changed.length === 0 ? "as usual" : JSON.stringify(Object.fromEntries(changed))
}
