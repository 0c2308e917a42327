import { Random } from "../../core/random.ts"
import {
  type Behaviour,
  defaultBehaviour,
  defaultLimits,
  defaultTiming,
  type Limits,
  type Timing,
} from "../../raft/index.ts"
import { type DiskConditions, goodDisk } from "../disk/disk.ts"
import { type Conditions, goodConditions } from "../network/conditions.ts"
import type { ClientPlan } from "./client.ts"
import { drawConditions, drawDisk, FaultSource } from "./draw-fault.ts"
import type { ChaosStep } from "./fault.ts"

/** One whole run, plain data: what it is given decides all that happens in it. */
export interface Plan {
  readonly seed: number
  /** Voters at first, with the ids 1 to `size`. */
  readonly size: number
  /** Members that belong to nothing at first. */
  readonly spares: number
  readonly timing: Timing
  readonly limits: Limits
  readonly behaviour: Behaviour
  /** Between members, and of their disks, until a step says otherwise. */
  readonly network: Conditions
  readonly disk: DiskConditions
  /** Between clients and members. */
  readonly clientNetwork: Conditions
  readonly clients: ReadonlyArray<ClientPlan>
  readonly steps: ReadonlyArray<ChaosStep>
}

const keys_max = 3

/** Every probability, the size and the workload of the run are drawn anew for each seed. */
export function drawPlan(seed: number): Plan {
  const random = new Random(`chaos ${seed}`)
  const style = random.next()
  if (style < 0.25) return drawChurn(seed, random)
  return style < 0.33 ? drawLeases(seed, random) : drawStorm(seed, random)
}

/** Everything that can go wrong, now and then. */
function drawStorm(seed: number, random: Random): Plan {
  const size = random.pick([1, 2, 3, 3, 3, 4, 5, 5, 6, 7]) ?? 3
  const spares = size <= 5 && random.chance(0.4) ? random.range(1, Math.min(3, 7 - size)) : 0
  const behaviour = drawBehaviour(random)
  const timing = random.pick(timings) ?? defaultTiming
  const membership = spares > 0 || (size > 2 && random.chance(0.2))
  const scope = {
    members: idsOf(size + spares),
    voters: size,
    membership,
    clocks: behaviour.leaseDrift_ms === undefined || clocksOff(behaviour.leaseDrift_ms, timing),
    damage: size > 2 && !membership,
    style: "storm" as const,
  }
  const faults = new FaultSource(random.fork("faults"), scope)
  const pace_ms = random.pick([200, 500, 1500]) ?? 500
  const run_ms = () => random.range(0, random.chance(0.5) ? 30 : pace_ms)
  const network = drawConditions(random)
  return {
    ...{ seed, size, spares, behaviour },
    timing,
    limits: { ...defaultLimits, ...random.pick(limits) },
    network: random.chance(0.4) ? { ...network, loss: 0, duplication: 0, delay: 0 } : network,
    disk: drawDisk(random),
    // A connection neither repeats nor reorders; a client that sends again does.
    clientNetwork: { ...drawConditions(random), duplication: 0 },
    clients: drawClients(random, [150, 600, 2500], [10, 50, 300]),
    steps: Array.from({ length: random.range(10, 150) }, () => ({ fault: faults.next(), run_ms: run_ms() })),
  }
}

/** Leaders that die young, what figure 8 is made of: elections are quick, disks slow, and the log travels one entry at a time. */
function drawChurn(seed: number, random: Random): Plan {
  const size = random.pick([3, 3, 4, 5, 5]) ?? 3
  const scope = {
    members: idsOf(size),
    voters: size,
    membership: false,
    clocks: false,
    damage: false,
    style: "churn" as const,
  }
  const faults = new FaultSource(random.fork("faults"), scope)
  const run_ms = () => (random.chance(0.5) ? random.range(0, 10) : random.range(20, 300))
  const latency_ms_max = random.pick([5, 20, 40]) ?? 5
  return {
    ...{ seed, size, spares: 0 },
    behaviour: { ...defaultBehaviour, preVote: false, checkQuorum: false },
    timing: { heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 200, saveRetry_ms: 100 },
    limits: { ...defaultLimits, append_bytes_max: 1 },
    network: { ...goodConditions, latency_ms_max, loss: random.pick([0, 0.1, 0.4]) ?? 0 },
    disk: { fsync_ms_min: 0, fsync_ms_max: random.pick([2, 20, 60]) ?? 2, torn: random.pick([0, 0.5]) ?? 0 },
    clientNetwork: goodConditions,
    clients: drawClients(random, [150], [10, 50]),
    steps: Array.from({ length: random.range(30, 250) }, () => ({ fault: faults.next(), run_ms: run_ms() })),
  }
}

/** Leaders that read under a lease, are cut off and replaced, and clients that ask anybody, often, for the same. */
function drawLeases(seed: number, random: Random): Plan {
  const size = random.pick([3, 3, 4, 5]) ?? 3
  const timing = random.pick(timings) ?? defaultTiming
  const leaseDrift_ms = random.pick([10, 30]) ?? 10
  const clocks = clocksOff(leaseDrift_ms, timing)
  const scope = {
    members: idsOf(size),
    voters: size,
    membership: false,
    clocks,
    damage: false,
    style: "leases" as const,
  }
  const faults = new FaultSource(random.fork("faults"), scope)
  const run_ms = () => random.range(0, random.pick([5, 100, timing.election_ms_max]) ?? 100)
  const busy = {
    persistent: false,
    patience_ms: 150,
    think_ms_max: 20,
    reads: 4,
    writes: 1,
    swaps: 0,
    keys: 1,
    roams: true,
  }
  return {
    ...{ seed, size, spares: 0, timing },
    behaviour: { ...defaultBehaviour, preVote: random.chance(0.5), leaseDrift_ms },
    limits: defaultLimits,
    network: { ...goodConditions, latency_ms_max: random.pick([5, 20]) ?? 5 },
    disk: goodDisk,
    clientNetwork: goodConditions,
    clients: idsOf(random.range(3, 6)).map((id) => ({ ...busy, id })),
    steps: Array.from({ length: random.range(10, 80) }, () => ({ fault: faults.next(), run_ms: run_ms() })),
  }
}

const idsOf = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i + 1)

/** Short and nearly equal election timeouts make for many candidates in one term. */
const timings: ReadonlyArray<Timing> = [
  defaultTiming,
  { heartbeat_ms: 100, election_ms_min: 300, election_ms_max: 400, saveRetry_ms: 200 },
  { heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 150, saveRetry_ms: 100 },
]

/** Snapshots after a few entries, each of them sent in several pieces. */
const snapshotsOften = { snapshotInterval_entries: 5, snapshotChunk_bytes: 64 }

const limits: ReadonlyArray<Partial<Limits>> = [
  {},
  { append_bytes_max: 1 },
  { append_bytes_max: 100, inflight_max: 2 },
  { ...snapshotsOften, tail_entries: 0 },
  { ...snapshotsOften, tail_entries: 3, append_bytes_max: 1 },
  { ...snapshotsOften, snapshotInterval_entries: 40, tail_entries: 10, promotionLag_entries: 2 },
]

function drawBehaviour(random: Random): Behaviour {
  const preVote = random.chance(0.75)
  const checkQuorum = random.chance(0.75)
  const leaseDrift_ms = checkQuorum && random.chance(0.2) ? (random.pick([10, 30, 60]) ?? 10) : undefined
  return { ...defaultBehaviour, preVote, checkQuorum, leaseDrift_ms, forwardProposals: random.chance(0.4) }
}

/** A lease is a promise about clocks: that over one election timeout none gains more than so much on another. Readings are cut to milliseconds. */
const clocksOff = (leaseDrift_ms: number, { election_ms_min }: Timing): number =>
  (leaseDrift_ms - 4) / (2 * election_ms_min)

function drawClients(
  random: Random,
  patience: ReadonlyArray<number>,
  think: ReadonlyArray<number>,
): ReadonlyArray<ClientPlan> {
  const keys = random.range(1, keys_max)
  return idsOf(random.range(2, 6)).map((id) => ({
    id,
    persistent: random.chance(0.5),
    patience_ms: random.pick(patience) ?? 600,
    think_ms_max: random.pick(think) ?? 200,
    reads: random.range(1, 6),
    writes: random.range(1, 6),
    swaps: random.range(0, 6),
    keys,
    roams: random.chance(0.3),
  }))
}
