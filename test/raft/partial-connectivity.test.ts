import { describe, expect, it } from "vitest"
import type { Behaviour, Term } from "../../raft/index.ts"
import { RaftCluster } from "../../sim/raft/cluster.ts"
import { endpointOf, type SimulatedMember } from "../../sim/raft/member.ts"
import { settle } from "../../sim/raft/settle.ts"

const seeds = Array.from({ length: 10 }, (_, i) => i + 1)
const idsOf = (size: number) => Array.from({ length: size }, (_, i) => i + 1)
const plain: Partial<Behaviour> = { preVote: false, checkQuorum: false }
const minute_ms = 60_000

/** A group that works, and who leads it. */
function working(seed: number, size: number, behaviour?: Partial<Behaviour>) {
  const cluster = new RaftCluster({ seed, size, ...(behaviour && { behaviour }) })
  expect(settle(cluster, idsOf(size), 10_000)).toBeTypeOf("object")
  const leader = cluster.leader()
  if (leader === undefined) throw new Error("no leader")
  const others = idsOf(size).filter((id) => id !== leader.id)
  return { cluster, leader, others }
}

function cut(cluster: RaftCluster, a: number, b: number, oneWay = false): void {
  cluster.network.cut(endpointOf(a), endpointOf(b), { oneWay })
}

const termOf = (member: SimulatedMember): Term => member.status()?.term ?? 0

/** Whether a new write is committed by somebody within the time. */
function takesWrites(cluster: RaftCluster, bound_ms: number): boolean {
  const before = Math.max(...cluster.members.map((member) => member.status()?.commit ?? 0))
  const advanced = () => cluster.members.some((member) => (member.status()?.commit ?? 0) > before)
  const end = cluster.now + bound_ms
  while (cluster.now < end) {
    for (const member of cluster.members) cluster.propose(member)
    if (cluster.runUntil(advanced, 100)) return true
  }
  return false
}

describe("topologies that break plain Raft", () => {
  it("two members that each see one peer, the same one, do not keep deposing it: it leads on, in one term", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 3)
      // Both see the leader and not each other: each would-be candidate is one vote short of nothing.
      cut(cluster, others[0] ?? 0, others[1] ?? 0)
      const term = termOf(leader)
      cluster.runFor(minute_ms)
      expect(leader.status()).toMatchObject({ role: "leader", term })
      expect(takesWrites(cluster, 1_000)).toBe(true)
    }
  })

  it("a member that loses its leader, and sees only a peer that has it, does not depose it; in plain Raft it does", () => {
    const terms = (behaviour?: Partial<Behaviour>) =>
      seeds.map((seed) => {
        const { cluster, leader, others } = working(seed, 3, behaviour)
        cut(cluster, leader.id, others[0] ?? 0)
        const before = Math.max(...cluster.members.map(termOf))
        cluster.runFor(minute_ms)
        expect(takesWrites(cluster, 10_000)).toBe(true)
        return Math.max(...cluster.members.map(termOf)) - before
      })
    expect(Math.max(...terms())).toBe(0)
    expect(Math.min(...terms(plain))).toBeGreaterThan(0)
  })

  it("a leader that can send but not receive steps down, and another takes over; a plain one blocks the group", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 3)
      for (const other of others) cut(cluster, other, leader.id, true)
      cluster.runFor(5_000)
      expect(leader.status()?.role).not.toBe("leader")
      expect(settle(cluster, others, 10_000)).toBeTypeOf("object")
    }
    const { cluster, leader, others } = working(1, 3, plain)
    for (const other of others) cut(cluster, other, leader.id, true)
    expect(takesWrites(cluster, minute_ms)).toBe(false)
  })

  it("a leader that can receive but not send is replaced, and steps down when it notices", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 3)
      for (const other of others) cut(cluster, leader.id, other, true)
      expect(settle(cluster, others, 10_000)).toBeTypeOf("object")
      cluster.runFor(2_000)
      expect(leader.status()?.role).not.toBe("leader")
    }
  })

  it("five members that a single bridge holds together elect it, or keep the leader that it can serve, and write on", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 5)
      // Two pairs, and one member whom both see. Only with the bridge is there a majority.
      for (const bridge of [leader.id, others[0] ?? 0]) {
        cluster.network.heal()
        const rest = idsOf(5).filter((id) => id !== bridge)
        for (const a of rest.slice(0, 2)) for (const b of rest.slice(2)) cut(cluster, a, b)
        expect(takesWrites(cluster, 20_000)).toBe(true)
        const term = Math.max(...cluster.members.map(termOf))
        cluster.runFor(minute_ms)
        expect(takesWrites(cluster, 20_000)).toBe(true)
        expect(Math.max(...cluster.members.map(termOf)) - term).toBeLessThanOrEqual(1)
      }
    }
  })

  it("a leader whom only one of four still hears gives way to the four's majority (quorum loss, partially connected)", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 5)
      const hub = others[0] ?? 0
      // Only the hub sees everybody; the old leader sees the hub and nobody else.
      for (const [i, a] of idsOf(5).entries()) {
        for (const b of idsOf(5).slice(i + 1)) if (a !== hub && b !== hub) cut(cluster, a, b)
      }
      cluster.runFor(20_000)
      expect(leader.status()?.role).not.toBe("leader")
      expect(cluster.leader()?.id).toBe(hub)
      expect(takesWrites(cluster, 10_000)).toBe(true)
    }
  })

  it("a member that comes back from being cut off deposes nobody and raises no term", () => {
    for (const seed of seeds) {
      const { cluster, leader, others } = working(seed, 5)
      const away = others[0] ?? 0
      const term = termOf(leader)
      cluster.network.isolate(endpointOf(away))
      cluster.runFor(minute_ms)
      expect(termOf(cluster.member(away))).toBe(term)
      cluster.network.heal()
      expect(settle(cluster, idsOf(5), 5_000)).toBeTypeOf("object")
      expect(leader.status()).toMatchObject({ role: "leader", term })
    }
  })
})
