import type { Millis } from "../../core/instant.ts"

/** How patient an agent is. */
export interface AgentTiming {
  /** Between taking a task off the overlay networks and its stop signal, so that the others have stopped sending to it. */
  readonly gossipDelay: Millis
  /** How long a manager may take to answer a heartbeat, at least, before it is asked again, and then given up. */
  readonly heartbeatPatience: Millis
  /** How long a manager may take to answer a registration; doubled with each try, up to the longest. */
  readonly registerPatience: Millis
  readonly registerPatienceMax: Millis
  /** How long to wait when no manager knows a leader; doubled with each try, up to the longest. Each wait is varied by half. */
  readonly retry: Millis
  readonly retryMax: Millis
  /** Between one batch of status reports and the next, at least: what becomes of many tasks at a time is written together. */
  readonly gather: Millis
  /** How long status reports may stay unconfirmed before they are sent again; doubled up to the longest. */
  readonly resend: Millis
  readonly resendMax: Millis
  /** How long to leave the engine alone after it failed to do what must be done. */
  readonly engineRetry: Millis
}

/** The gossip delay is Swarm's (daemon/cluster/executor/container/controller.go), and so is gathering for 100 ms, which its dispatcher does. */
export const defaultAgentTiming: AgentTiming = {
  gossipDelay: 2_000,
  heartbeatPatience: 1_000,
  registerPatience: 1_000,
  registerPatienceMax: 8_000,
  retry: 200,
  retryMax: 2_000,
  gather: 100,
  resend: 1_000,
  resendMax: 8_000,
  engineRetry: 1_000,
}
