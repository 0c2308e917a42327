import { Random } from "../../core/random.ts"
import type { Limits } from "../../raft/index.ts"
import { type Conditions, goodConditions } from "../network/conditions.ts"
import { type ActKind, engineActs, machineActs, type Step, swarmActs, userActs } from "./act.ts"

/** One whole run, plain data: what it is given decides all that happens in it. */
export interface Plan {
  readonly seed: number
  readonly managers: number
  readonly workers: number
  /** Machines that belong to no swarm at first. */
  readonly spares: number
  readonly raftLimits: Partial<Limits>
  readonly network: Conditions
  readonly steps: ReadonlyArray<Step>
}

/** How often each kind of act comes, beside the others of its sort. */
const weights: Partial<Record<ActKind, number>> = {
  start: 3,
  heal: 2,
  create: 3,
  update: 4,
  scale: 3,
  exit: 4,
  activate: 2,
  calm: 2,
  "join as worker": 2,
  "join as manager": 2,
  promote: 2,
  rebalance: 2,
}

/** Sizes, probabilities and the story of the run are drawn anew for each seed. */
export function drawPlan(seed: number): Plan {
  const random = new Random(`orchestration ${seed}`)
  const managers = random.pick([1, 3, 3, 3, 5]) ?? 3
  const workers = random.range(1, 5)
  const bags = [
    random.chance(0.75) ? bag(machineActs) : [],
    random.chance(0.8) ? bag(engineActs) : [],
    bag(userActs),
    random.chance(0.5) ? bag(swarmActs) : [],
  ].filter((b) => b.length > 0)
  const pace_ms = random.pick([300, 2_000, 8_000]) ?? 2_000
  const bad = random.chance(0.3)
  return {
    seed,
    managers,
    workers,
    spares: random.int(3),
    raftLimits: random.chance(0.5) ? {} : { snapshotInterval_entries: 10, tail_entries: 3 },
    network: bad
      ? {
          ...goodConditions,
          loss: random.next() * 0.1,
          duplication: random.next() * 0.3,
          delay: random.next() * 0.3,
          reorder: random.chance(0.5),
        }
      : goodConditions,
    steps: Array.from({ length: random.range(5, 60) }, () => ({
      act: { kind: random.pick(random.pick(bags) ?? userActs) ?? "create", n: random.int(1_000), m: random.int(1_000) },
      run_ms: random.range(0, random.chance(0.3) ? 50 : pace_ms),
    })),
  }
}

const bag = (kinds: ReadonlyArray<ActKind>): ReadonlyArray<ActKind> =>
  kinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 1 }, () => kind))
