import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { changesBetween, newEvents } from "../../../cli/watch/changes.ts"
import { isConverged } from "../../../cli/watch/services.ts"
import type { Node } from "../../../core/model/node.ts"
import type { ClusterStatus, StatusEvent } from "../../../nodes/status.ts"
import { manager, node, now, service, task, votingApp } from "./fixture.ts"

const event = (n: number, text = `event ${n}`): StatusEvent => ({ at: now + n, kind: "task", text })

describe("the changes between two statuses", () => {
  it("are the events that came in between, one line each", () => {
    const before = votingApp()
    const after = votingApp({ events: [...before.events, event(1, "voting_vote.3 running on worker1")] })
    expect(changesBetween(before, after)).toEqual(["12:03:27 task    voting_vote.3 running on worker1"])
    expect(changesBetween(before, before)).toEqual([])
  })

  it("are found in windows over a growing list, whatever repeats in it", () => {
    const list = fc.array(fc.nat(3), { maxLength: 40 })
    fc.assert(
      fc.property(list, fc.nat(40), fc.integer({ min: 1, max: 20 }), (list, cut, size) => {
        // Texts repeat; time goes on with each.
        const events = list.map((n, i) => event(i, `event ${n}`))
        const seen = Math.min(cut, events.length)
        const window = (end: number) => events.slice(Math.max(0, end - size), end)
        const later = Math.min(events.length, seen + size - 1)
        expect(newEvents(window(seen), window(later))).toEqual(events.slice(seen, later))
      }),
    )
  })

  it("keep events that are alike apart", () => {
    const same = event(1)
    expect(newEvents([same], [same, same])).toEqual([same])
    expect(newEvents([same, same], [same, same])).toEqual([])
  })

  it("do not tell again what another manager remembers from before", () => {
    expect(newEvents([event(10)], [event(3), event(4), event(12)])).toEqual([event(12)])
  })

  it("are told by what differs where a cluster tells no events", () => {
    const before = votingApp({ events: [] })
    const after = votingApp({
      events: [],
      managers: [
        manager("manager1", "stopped"),
        manager("manager2", "leader", { term: 5 }),
        manager("manager3", "stopped"),
      ],
      nodes: [node("manager1", { raftId: 1 }), node("worker1", { state: "down" }), node("worker9")],
      services: [service("vote", "vote", { stack: "voting", replicas: 1 })],
      tasks: [task("vote", 1, "manager1", "running"), task("vote", 1, "worker1", "failed", { Err: "exit 1" })],
    })
    const lines = changesBetween(before, after).map((line) => line.slice(9))
    expect(lines).toContain("raft    manager1 stopped")
    expect(lines).toContain("raft    manager2 is leader in term 5")
    expect(lines).toContain("node    worker1 is down")
    expect(lines).toContain("node    worker9 joined as worker")
    expect(lines).toContain("node    worker2 removed")
    expect(lines).toContain("service voting_db removed")
    expect(lines).toContain("service voting_vote runs 1/1")
    expect(lines).toContain("task    voting_vote.1 failed on worker1: exit 1")
    expect(changesBetween(before, before)).toEqual([])
  })

  it("name a node that joined once it has said its name, and by its ID until then", () => {
    const status = (...nodes: ReadonlyArray<Node>) => votingApp({ events: [], nodes })
    const named = node("worker9")
    const nameless: Node = {
      ...named,
      ID: "0123456789abcdefghijklmno",
      Description: { ...named.Description, Hostname: "" },
      Status: { State: "unknown" },
    }
    const told = (before: ClusterStatus, after: ClusterStatus) =>
      changesBetween(before, after)
        .map((line) => line.slice(9))
        .filter((line) => line.startsWith("node"))
    expect(told(status(), status(nameless))).toEqual([])
    expect(told(status(nameless), status({ ...named, ID: nameless.ID }))).toEqual([
      "node    worker9 joined as worker",
      "node    worker9 is ready",
    ])
    expect(told(status(nameless), status({ ...nameless, Status: { State: "down" } }))).toEqual([
      "node    0123456789ab is down",
    ])
    expect(told(status(nameless), status())).toEqual(["node    0123456789ab removed"])
  })
})

describe("a cluster has settled", () => {
  const settled = votingApp({
    services: [service("db", "postgres")],
    tasks: [task("db", 1, "worker1", "running")],
  })

  it("when it has a leader and every service runs as many tasks as it should", () => {
    expect(isConverged(settled)).toBe(true)
    expect(isConverged({ ...settled, managers: [manager("manager1", "follower")] })).toBe(false)
    expect(isConverged({ ...settled, tasks: [task("db", 1, "worker1", "starting")] })).toBe(false)
    expect(isConverged({ ...settled, tasks: [task("db", 1, "worker3", "running")] })).toBe(false)
  })

  it("but not while an update is under way", () => {
    expect(isConverged({ ...settled, services: [service("db", "postgres", { update: { State: "updating" } })] })).toBe(
      false,
    )
    expect(isConverged({ ...settled, services: [service("db", "postgres", { update: { State: "completed" } })] })).toBe(
      true,
    )
  })
})
