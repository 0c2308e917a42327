import type { EngineOp } from "../engine.ts"

/** What can go wrong in an engine, at the will of whoever runs the simulation. Faults of containers that do not run change nothing. */
export type EngineFault =
  /** The container ends by itself. */
  | { readonly kind: "exit"; readonly containerId: string; readonly exitCode: number; readonly error?: string }
  | { readonly kind: "out-of-memory"; readonly containerId: string }
  | { readonly kind: "health"; readonly containerId: string; readonly health: "healthy" | "unhealthy" }
  /** The next command of this kind fails with these words. */
  | { readonly kind: "fail-next"; readonly op: EngineOp; readonly error: string }
  /** Everything takes this many times as long; 1 ends it. */
  | { readonly kind: "slow"; readonly factor: number }
  /** Whether pulls reach a registry. */
  | { readonly kind: "registry"; readonly reachable: boolean }
