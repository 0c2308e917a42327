import fc from "fast-check"
import {
  type Behaviour,
  defaultBehaviour,
  defaultLimits,
  defaultTiming,
  type Limits,
  type Timing,
} from "../../raft/index.ts"
import type { Fault, Step } from "../../sim/raft/fault.ts"

/** One whole run: a group, a seed for what is drawn inside it, and what is done to it. */
export interface Scenario {
  readonly seed: number
  readonly size: number
  /** Members who belong to nothing at first. */
  readonly spares: number
  readonly timing: Timing
  readonly limits: Limits
  readonly behaviour: Behaviour
  readonly schedule: ReadonlyArray<Step>
  /** Orders the members; a majority of the first ones is what must work again in the end. */
  readonly order: ReadonlyArray<number>
}

/** Short and nearly equal election timeouts make for many candidates in one term. */
const timing: fc.Arbitrary<Timing> = fc.constantFrom(
  defaultTiming,
  { heartbeat_ms: 100, election_ms_min: 300, election_ms_max: 400, saveRetry_ms: 200 },
  { heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 150, saveRetry_ms: 100 },
)

/** Snapshots after a few entries, each of them sent in several pieces. */
const snapshotsOften = { snapshotInterval_entries: 4, snapshotChunk_bytes: 64 }

/** One entry per append, and few of them on their way, make for states that batches would hide. */
const limits: fc.Arbitrary<Limits> = fc.constantFrom(
  defaultLimits,
  { ...defaultLimits, append_bytes_max: 1 },
  { ...defaultLimits, append_bytes_max: 100, inflight_max: 2 },
  { ...defaultLimits, ...snapshotsOften, tail_entries: 0 },
  { ...defaultLimits, ...snapshotsOften, tail_entries: 3, append_bytes_max: 1 },
)

/** The paper's Raft, without what makes it calmer: more elections, and leaders that do not know that they no longer are. */
const plain: Behaviour = { ...defaultBehaviour, preVote: false, checkQuorum: false }

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(defaultBehaviour) },
  { weight: 1, arbitrary: fc.constant(plain) },
  { weight: 1, arbitrary: fc.constant({ ...plain, preVote: true }) },
  { weight: 1, arbitrary: fc.constant({ ...plain, checkQuorum: true }) },
)

const conditions = fc.record({
  latency_ms_min: fc.constantFrom(0, 1, 5),
  latency_ms_max: fc.constantFrom(5, 30, 100),
  loss: fc.constantFrom(0, 0.05, 0.3),
  duplication: fc.constantFrom(0, 0.05, 0.5),
  delay: fc.constantFrom(0, 0.05, 0.3),
  extra_ms_min: fc.constant(30),
  extra_ms_max: fc.constantFrom(300, 2000, 5000),
  reorder: fc.boolean(),
})

const diskConditions = fc.record({
  fsync_ms_min: fc.constantFrom(0, 1, 10),
  fsync_ms_max: fc.constantFrom(10, 100, 500),
  torn: fc.constantFrom(0, 0.5, 1),
})

function fault(size: number): fc.Arbitrary<Fault> {
  const member = fc.integer({ min: 1, max: size })
  const type = <T extends string>(name: T) => fc.constant({ type: name })
  const group = fc.subarray(
    Array.from({ length: size }, (_, i) => i + 1),
    { minLength: 1, maxLength: Math.max(1, size - 1) },
  )
  return fc.oneof(
    { weight: 6, arbitrary: type("propose-to-leader") },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("propose" as const), member }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("crash" as const), member }) },
    { weight: 3, arbitrary: type("crash-leader") },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("restart" as const), member }) },
    { weight: 3, arbitrary: type("restart-all") },
    { weight: 6, arbitrary: restartAt(member) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("start" as const), member }) },
    { weight: 3, arbitrary: type("start-all") },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant("cut" as const), from: member, to: member, oneWay: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("isolate" as const), member }) },
    { weight: 2, arbitrary: type("isolate-leader") },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("split" as const), group }) },
    { weight: 3, arbitrary: type("heal") },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("network" as const), conditions }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant("disk" as const), member, conditions: diskConditions }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("pause" as const), member }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("resume" as const), member }) },
    { weight: 2, arbitrary: clock(member) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("disk-full" as const), member, full: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("read" as const), member }) },
    { weight: 2, arbitrary: type("transfer") },
  )
}

const clock = (member: fc.Arbitrary<number>) =>
  fc.record({
    type: fc.constant("clock" as const),
    member,
    rate: fc.constantFrom(0.5, 0.9, 1, 1.1, 2),
    jump_ms: fc.constantFrom(-60_000, -500, 0, 0, 500, 60_000),
  })

/** One to three changes at once, of any members. */
const change = (size: number) =>
  fc.record({
    type: fc.constant("change" as const),
    changes: fc.array(
      fc.record({
        type: fc.constantFrom("join", "join", "add-voter", "add-learner", "remove", "demote"),
        id: fc.integer({ min: 1, max: size }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })

const restartAt = (member: fc.Arbitrary<number>) =>
  fc.record({
    type: fc.constant("restart-at" as const),
    member,
    point: fc.constantFrom(
      "save" as const,
      "saved" as const,
      "committed" as const,
      "restore" as const,
      "snapshot" as const,
    ),
    passes: fc.integer({ min: 1, max: 4 }),
  })

const run_ms = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 20, max: 500 }) },
  { weight: 2, arbitrary: fc.integer({ min: 500, max: 3000 }) },
)

const idsOf = (size: number) => Array.from({ length: size }, (_, i) => i + 1)

/** Everything that can go wrong, now and then. */
const storm: fc.Arbitrary<Scenario> = fc.constantFrom(1, 2, 3, 3, 3, 4, 5, 5, 5, 7).chain((size) =>
  fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(0),
    timing,
    limits,
    behaviour,
    schedule: fc.array(fc.record({ fault: fault(size), run_ms }), { minLength: 5, maxLength: 60, size: "max" }),
    order: fc.shuffledSubarray(idsOf(size), { minLength: size, maxLength: size }),
  }),
)

const lossy = fc.record({ loss: fc.constantFrom(0, 0.3, 0.6), latency_ms_max: fc.constantFrom(5, 40) })

/**
 * Leaders that die young, with entries that reached only some: what figure 8 is made of. Elections are quick, much is lost, and the
 * log travels one entry at a time.
 */
export const churn: fc.Arbitrary<Scenario> = fc.constantFrom(3, 5, 5).chain((size) => {
  const member = fc.integer({ min: 1, max: size })
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ type: "propose-to-leader" as const }) },
    { weight: 4, arbitrary: fc.constant({ type: "crash-leader" as const }) },
    { weight: 6, arbitrary: fc.record({ type: fc.constant("start" as const), member }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("crash" as const), member }) },
    { weight: 2, arbitrary: restartAt(member) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("network" as const), conditions: lossy }) },
  )
  const run_ms = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 20, max: 300 }))
  return fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(0),
    timing: fc.constant({ heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 200, saveRetry_ms: 100 }),
    limits: fc.constant({ ...defaultLimits, append_bytes_max: 1 }),
    behaviour: fc.constant(plain),
    schedule: fc.array(fc.record({ fault, run_ms }), { minLength: 10, maxLength: 80, size: "max" }),
    order: fc.shuffledSubarray(idsOf(size), { minLength: size, maxLength: size }),
  })
})

/**
 * Round after round: an entry that only a few get, and the death of its leader; then somebody else's turn, who may die as soon as it has
 * committed something, be it of an earlier term.
 */
export const figure8: fc.Arbitrary<Scenario> = fc.constantFrom(3, 3, 5).chain((size) => {
  const member = fc.integer({ min: 1, max: size })
  const round = fc
    .record({
      few: fc.subarray(idsOf(size), { minLength: 1, maxLength: Math.ceil(size / 2) }),
      dying: fc.subarray(idsOf(size)),
      passes: fc.constantFrom(1, 1, 1, 2),
      start: member,
      reach_ms: fc.integer({ min: 1, max: 20 }),
      elect_ms: fc.integer({ min: 90, max: 220 }),
      conditions: lossy,
    })
    .map(({ few, dying, passes, start, reach_ms, elect_ms, conditions }): Scenario["schedule"] => [
      { fault: { type: "split", group: few }, run_ms: 0 },
      { fault: { type: "network", conditions }, run_ms: 0 },
      { fault: { type: "propose-to-leader" }, run_ms: reach_ms },
      { fault: { type: "crash-leader" }, run_ms: 0 },
      { fault: { type: "heal" }, run_ms: 0 },
      ...dying.map((member) => ({
        fault: { type: "restart-at" as const, member, point: "committed" as const, passes },
        run_ms: 0,
      })),
      { fault: { type: "start", member: start }, run_ms: elect_ms },
    ])
  return fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(0),
    timing: fc.constant({ heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 200, saveRetry_ms: 100 }),
    limits: fc.constant({ ...defaultLimits, append_bytes_max: 1 }),
    behaviour: fc.constant(plain),
    schedule: fc.array(round, { minLength: 4, maxLength: 14, size: "max" }).map((rounds) => rounds.flat()),
    order: fc.shuffledSubarray(idsOf(size), { minLength: size, maxLength: size }),
  })
})

/** All voters exchanged for others who have the log, by a leader whom of the old ones only some can hear. */
export const handover: fc.Arbitrary<Scenario> = fc.constant(3).chain((size) => {
  const old = idsOf(size)
  const all = idsOf(2 * size)
  const fresh = all.slice(size)
  const change = (type: "add-learner" | "demote" | "add-voter", ids: ReadonlyArray<number>) =>
    ids.map((id) => ({ type, id }))
  const round = fc
    .record({ near: fc.subarray(all, { minLength: 2, maxLength: 5 }), back: fc.boolean(), run_ms: fc.nat(300) })
    .map(({ near, back, run_ms }): Scenario["schedule"] => {
      const [out, come] = back ? [fresh, old] : [old, fresh]
      return [
        { fault: { type: "split", group: near }, run_ms: 0 },
        { fault: { type: "change", changes: [...change("demote", out), ...change("add-voter", come)] }, run_ms },
        { fault: { type: "propose-to-leader" }, run_ms: 20 },
        { fault: { type: "heal" }, run_ms: 400 },
      ]
    })
  const begin: Scenario["schedule"] = [
    { fault: { type: "change", changes: change("add-learner", fresh) }, run_ms: 500 },
  ]
  return fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(size),
    timing: fc.constant({ heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 200, saveRetry_ms: 100 }),
    limits: fc.constant(defaultLimits),
    behaviour: fc.constant(plain),
    schedule: fc.array(round, { minLength: 1, maxLength: 8 }).map((rounds) => [...begin, ...rounds.flat()]),
    order: fc.constant(all),
  })
})

/** Members who come and go, one by one and several at once, while the usual things go wrong. */
export const reconfiguration: fc.Arbitrary<Scenario> = fc.constantFrom(1, 2, 3, 3, 5).chain((size) => {
  const spares = 3
  const all = size + spares
  const fault_ = fc.oneof({ weight: 2, arbitrary: fault(all) }, { weight: 1, arbitrary: change(all) })
  return fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(spares),
    timing,
    limits,
    behaviour,
    schedule: fc.array(fc.record({ fault: fault_, run_ms }), { minLength: 5, maxLength: 60, size: "max" }),
    order: fc.constant(idsOf(all)),
  })
})

/** Voters exchanged for others, several at once, by leaders that are cut off or die meanwhile: what joint configurations are for. */
export const exchange: fc.Arbitrary<Scenario> = fc.constant(3).chain((size) => {
  const spares = 3
  const all = idsOf(size + spares)
  const member = fc.constantFrom(...all)
  const others = fc.record({
    out: fc.subarray(all, { minLength: 1, maxLength: 3 }),
    in: fc.subarray(all, { maxLength: 3 }),
  })
  const changes = others.map(({ out, in: come }) => [
    ...out.map((id) => ({ type: "demote" as const, id })),
    ...come.filter((id) => !out.includes(id)).map((id) => ({ type: "add-voter" as const, id })),
  ])
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    { weight: 2, arbitrary: fc.constant({ type: "propose-to-leader" as const }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant("change" as const), changes }) },
    { weight: 2, arbitrary: fc.constant({ type: "isolate-leader" as const }) },
    { weight: 3, arbitrary: fc.constant({ type: "heal" as const }) },
    { weight: 2, arbitrary: fc.constant({ type: "crash-leader" as const }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("start" as const), member }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("split" as const),
        group: fc.subarray(all, { minLength: 2, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("network" as const), conditions: lossy }) },
  )
  const run_ms = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 20, max: 400 }))
  return fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    size: fc.constant(size),
    spares: fc.constant(spares),
    timing: fc.constant({ heartbeat_ms: 40, election_ms_min: 100, election_ms_max: 200, saveRetry_ms: 100 }),
    limits: fc.constant(defaultLimits),
    behaviour: fc.constant(plain),
    schedule: fc.array(fc.record({ fault, run_ms }), { minLength: 10, maxLength: 80, size: "max" }),
    order: fc.constant(all),
  })
})

export const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 3, arbitrary: storm },
  { weight: 1, arbitrary: churn },
)
