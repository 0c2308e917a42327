import { describe, expect, it } from "vitest"
import { RaftCluster } from "../../sim/raft/cluster.ts"
import { endpointOf, type SimulatedMember } from "../../sim/raft/member.ts"
import type { Observation } from "../../sim/raft/observation.ts"
import { settle } from "../../sim/raft/settle.ts"

const hour_ms = 3_600_000

function leaderOf(cluster: RaftCluster): SimulatedMember {
  const leader = cluster.leader()
  if (leader === undefined) throw new Error("no leader")
  return leader
}

/** A group of five that has a leader and has committed a few writes. */
function working(seed: number, size = 5): RaftCluster {
  const cluster = new RaftCluster({ seed, size })
  expect(settle(cluster, idsOf(size), 10_000)).toBeTypeOf("object")
  for (let i = 0; i < 5; i++) cluster.propose(leaderOf(cluster))
  cluster.runFor(500)
  return cluster
}

const idsOf = (size: number) => Array.from({ length: size }, (_, i) => i + 1)
const seeds = Array.from({ length: 20 }, (_, i) => i + 1)

describe("a simulated group", () => {
  it("is a function of its seed: the same seed gives the same run, to the last message", () => {
    const play = (seed: number) => {
      const lines: string[] = []
      const trace = (at: number, event: Observation) => {
        const { type, member } = event
        lines.push(JSON.stringify({ at, type, id: member.id, ...(type === "stepped" && { outputs: event.outputs }) }))
      }
      const cluster = new RaftCluster({ seed, size: 5, network: { loss: 0.1, duplication: 0.1, delay: 0.1 }, trace })
      for (let i = 0; i < 20; i++) {
        cluster.propose(cluster.leader())
        if (i % 5 === 4) cluster.leader()?.restart()
        cluster.runFor(700)
      }
      return lines
    }
    const lines = play(42)
    expect(lines.length).toBeGreaterThan(1000)
    expect(play(42)).toEqual(lines)
    expect(play(43)).not.toEqual(lines)
  })

  it("a quiet group keeps its leader for an hour", () => {
    const cluster = working(1, 3)
    const before = leaderOf(cluster).status()
    cluster.runFor(hour_ms)
    expect(leaderOf(cluster).status()).toMatchObject({ id: before?.id, term: before?.term })
  })

  it("elects another leader within a few election timeouts of a crash, and loses no acknowledged write", () => {
    for (const seed of seeds) {
      const cluster = working(seed)
      const old = leaderOf(cluster)
      const acknowledged = [...old.applied]
      old.crash()
      const others = idsOf(5).filter((id) => id !== old.id)
      expect(settle(cluster, others, 10_000)).toBeTypeOf("object")
      expect(leaderOf(cluster).applied.slice(0, acknowledged.length)).toEqual(acknowledged)
    }
  })

  it("a leader cut off with a minority commits nothing; the majority goes on; healed, its tail is replaced", () => {
    for (const seed of seeds) {
      const cluster = working(seed)
      const old = leaderOf(cluster)
      const friend = idsOf(5).find((id) => id !== old.id) ?? 0
      const majority = idsOf(5).filter((id) => id !== old.id && id !== friend)
      cluster.network.partition([old.id, friend].map(endpointOf), majority.map(endpointOf))
      const commit = old.status()?.commit
      const lost = cluster.propose(old)
      expect(lost).toBeDefined()
      expect(settle(cluster, majority, 10_000)).toBeTypeOf("object")
      cluster.runFor(1_500)
      // It hears of no quorum, and has noticed.
      expect(old.status()).toMatchObject({ role: expect.not.stringMatching("leader"), commit })
      cluster.network.heal()
      expect(settle(cluster, idsOf(5), 10_000)).toBeTypeOf("object")
      expect(old.applied.some(({ data }) => data === lost)).toBe(false)
    }
  })

  it("comes back when all crash at once, with every write that was applied anywhere", () => {
    for (const seed of seeds) {
      const cluster = working(seed)
      cluster.propose(leaderOf(cluster))
      cluster.runFor(seed % 10)
      const applied = cluster.members.map((member) => [...member.applied])
      for (const member of cluster.members) member.crash()
      cluster.runFor(1000)
      for (const member of cluster.members) member.start()
      expect(settle(cluster, idsOf(5), 10_000)).toBeTypeOf("object")
      for (const entries of applied) {
        expect(leaderOf(cluster).applied.slice(0, entries.length)).toEqual(entries)
      }
    }
  })

  it("without a quorum nothing is committed, however long", () => {
    const cluster = working(3, 3)
    const old = leaderOf(cluster)
    for (const member of cluster.members) if (member !== old) member.crash()
    const before = old.status()?.commit
    expect(cluster.propose(old)).toBeDefined()
    cluster.runFor(60_000)
    expect(old.status()?.commit).toBe(before)
  })

  it("a slow disk delays only its member: the others commit without it", () => {
    const cluster = working(4)
    const old = leaderOf(cluster)
    old.device.disk.conditions = { fsync_ms_min: 5_000, fsync_ms_max: 5_000, torn: 0 }
    const others = cluster.members.filter((member) => member !== old)
    const data = cluster.propose(old)
    cluster.runFor(400)
    for (const member of others) expect(member.applied.some((entry) => entry.data === data)).toBe(true)
    expect(old.applied.some((entry) => entry.data === data)).toBe(false)
    cluster.runFor(10_000)
    expect(old.applied.some((entry) => entry.data === data)).toBe(true)
  })
})
