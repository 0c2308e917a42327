import type { Millis } from "../../core/instant.ts"

/** What is done to the cluster, in plain data. `n` and `m` choose a machine, a service or a form, as the kind of act needs. */
export interface Act {
  readonly kind: ActKind
  readonly n: number
  readonly m: number
}

export const machineActs = ["crash", "start", "stop", "cut", "cut one way", "isolate", "heal", "lossy", "calm"] as const
export const engineActs = [
  "exit",
  "out of memory",
  "unhealthy",
  "fail pull",
  "fail create",
  "fail start",
  "registry",
  "slow",
] as const
export const userActs = [
  "create",
  "update",
  "force",
  "scale",
  "roll back",
  "remove",
  "drain",
  "pause",
  "activate",
  "label",
  "create network",
  "remove network",
  "rebalance",
] as const
export const swarmActs = [
  "join as worker",
  "join as manager",
  "leave",
  "leave by force",
  "promote",
  "demote",
  "remove node",
  "remove node by force",
  "rotate root",
] as const

export type MachineAct = (typeof machineActs)[number]
export type EngineAct = (typeof engineActs)[number]
export type UserAct = (typeof userActs)[number]
export type SwarmAct = (typeof swarmActs)[number]
export type ActKind = MachineAct | EngineAct | UserAct | SwarmAct

/** An act, and how long the world goes on afterwards. */
export interface Step {
  readonly act: Act
  readonly run_ms: Millis
}
