import fc from "fast-check"
import { InvariantViolation } from "../../raft/index.ts"
import { RaftCluster } from "../../sim/raft/cluster.ts"
import { runSchedule } from "../../sim/raft/fault.ts"
import type { Checker } from "../../sim/raft/observation.ts"
import { healCore, settle } from "../../sim/raft/settle.ts"
import type { Scenario } from "./fault-schedule.ts"

/** Scenarios that are tried before a bug counts as not found; seeds are fixed, so the answer is the same every time. */
const tries = 20_000

function firstFailure(from: fc.Arbitrary<Scenario>, numRuns: number, seed: number, play: (scenario: Scenario) => void) {
  const found = fc.check(fc.property(from, play), { numRuns, seed, endOnFailure: true })
  return found.failed ? found.numRuns : undefined
}

/** Plays scenarios until the one checker finds something. The machine's own assertions end a run, but do not count. */
export function scenariosUntilFound(
  checker: () => Checker,
  from: fc.Arbitrary<Scenario>,
  { numRuns = tries, seed = 1 } = {},
): number | undefined {
  const name = checker().name
  const found = firstFailure(from, numRuns, seed, ({ schedule, order, ...options }) => {
    try {
      const cluster = new RaftCluster({ ...options, checkers: [checker()] })
      cluster.runFor(2_000)
      runSchedule(cluster, schedule)
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error
    }
  })
  record(name, found)
  return found
}

/** Plays scenarios, heals everything, and waits for work to go on, until it does not. */
export function scenariosUntilStuck(from: fc.Arbitrary<Scenario>, numRuns = tries): number | undefined {
  const found = firstFailure(from, numRuns, 1, ({ schedule, order, ...options }) => {
    const cluster = new RaftCluster({ ...options, checkers: [] })
    cluster.runFor(2_000)
    runSchedule(cluster, schedule)
    healCore(cluster, order)
    const settled = settle(cluster, undefined, 30_000)
    if (typeof settled === "string") throw new Error(settled)
  })
  record("liveness", found)
  return found
}

/** DRYDOCK_TABLE=1 prints after how many scenarios each bug was found. */
function record(by: string, found: number | undefined): void {
  if (process.env.DRYDOCK_TABLE) process.stdout.write(`found by "${by}" after ${found ?? "-"} scenarios\n`)
}
