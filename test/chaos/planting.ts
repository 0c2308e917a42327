import { expect } from "vitest"
import { drawPlan, type Plan } from "../../sim/chaos/plan.ts"
import { play } from "../../sim/chaos/run.ts"
import type { Server } from "../../sim/chaos/server.ts"
import type { WorldOptions } from "../../sim/chaos/world.ts"

/** Seeds that are played before a bug counts as not found. */
const seeds_max = 1_500

/**
 * Plays seeds, with no eye inside the members, until the clients' histories alone give the bug away. Where the machine's own assertions end a
 * run, or it comes to a standstill, that run does not count.
 */
export function seedsUntilFound(bug: Omit<WorldOptions, "checkers">, planOf = drawPlan): number | undefined {
  return firstSeed((seed) => play(planOf(seed), { ...bug, checkers: [] }).failure?.kind === "linearizability")
}

/** A seed's plan with clients that ask anybody, often, for the same: what one of them misses, another sees. */
export const busier = (seed: number): Plan => ({
  ...drawPlan(seed),
  clients: [1, 2, 3, 4].map((id) => ({ ...busy, id })),
})

const busy = {
  persistent: false,
  patience_ms: 150,
  think_ms_max: 20,
  reads: 3,
  writes: 2,
  swaps: 0,
  keys: 1,
  roams: true,
}

export const withServer = (Bug: typeof Server) => seedsUntilFound({ server: (parts) => new Bug(parts) })

export function firstSeed(finds: (seed: number) => boolean): number | undefined {
  for (let seed = 1; seed <= seeds_max; seed++) if (finds(seed)) return seed
  return undefined
}

/** DRYDOCK_TABLE=1 prints the table of docs/reliability.md. */
export function report(bug: string, seeds: number | undefined): void {
  if (process.env.DRYDOCK_TABLE) console.log(`| ${bug} | ${seeds} |`)
  expect(seeds).toBeTypeOf("number")
}
