import { type Difference, simulatedDifferences } from "./differences.ts"

/** A kind of cluster that the scenarios can be played on: three managers and two workers, however they come to be. */
export interface Target {
  readonly name: string
  /** Whether one can be had at once and for nothing: then every scenario gets its own, and they run side by side. */
  readonly cheap: boolean
  /** Every scenario gets its own all the same, one after the other. */
  readonly fresh?: boolean
  /** What it answers otherwise than a real swarm, on purpose. */
  readonly differences: ReadonlyArray<Difference>
  /** A real swarm is the only one to record from. */
  readonly real: boolean
  /** Why it cannot be had on this machine. */
  readonly missing: () => string | undefined
  readonly start: () => Promise<Started>
}

export interface Started {
  /** A DOCKER_HOST for each machine; the first is a manager. */
  readonly addresses: ReadonlyArray<string>
  readonly stop: () => Promise<void>
}

/** A cluster that is there already, and stays. */
export const given = (addresses: ReadonlyArray<string>, real: boolean): Target => ({
  name: addresses.join(","),
  cheap: false,
  real,
  differences: real ? [] : simulatedDifferences,
  missing: () => undefined,
  start: async () => ({ addresses, stop: async () => {} }),
})
