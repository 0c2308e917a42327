import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { RaftCluster } from "../../sim/raft/cluster.ts"
import { runSchedule } from "../../sim/raft/fault.ts"
import { healCore, settle } from "../../sim/raft/settle.ts"
import { exchange, reconfiguration, type Scenario, scenario } from "./fault-schedule.ts"

/** DRYDOCK_SEEDS: how many scenarios. A failure prints fast-check's seed and path; put them into `replay` to see it again. */
const runs = Number(process.env.DRYDOCK_SEEDS ?? 300)
const replay: { seed?: number; path?: string } = {}

/** Twenty-five of the longest election timeouts: even unlucky ties are over by then. */
const settle_ms_max = 30_000

function play({ schedule, ...options }: Scenario): RaftCluster {
  const cluster = new RaftCluster(options)
  cluster.runFor(2_000)
  runSchedule(cluster, schedule)
  return cluster
}

describe("a simulated group under random faults", () => {
  it("stays safe after every event, and a healed quorum elects one leader and commits a new write in bounded time", () => {
    fc.assert(
      fc.property(scenario, (run) => {
        const cluster = play(run)
        const core = run.order.slice(0, Math.floor(run.size / 2) + 1)
        healCore(cluster, core)
        expect(settle(cluster, core, settle_ms_max)).toBeTypeOf("object")
        healCore(cluster, run.order)
        expect(settle(cluster, run.order, settle_ms_max)).toBeTypeOf("object")
      }),
      { numRuns: runs, ...replay },
    )
  }, 600_000)

  it("stays safe while members come and go, and when all is well again, finishes the change and commits a new write", () => {
    fc.assert(
      fc.property(fc.oneof(reconfiguration, exchange), (run) => {
        const cluster = play(run)
        healCore(cluster, run.order)
        expect(settle(cluster, undefined, settle_ms_max)).toBeTypeOf("object")
      }),
      { numRuns: runs, ...replay },
    )
  }, 600_000)
})
