import { beforeEach, describe, expect, test } from "vitest"
import { addTask, Bench, of, report, worker } from "./bench.ts"

let bench: Bench

beforeEach(() => {
  bench = new Bench()
})

describe("taking reports", () => {
  beforeEach(() => {
    bench.cycle((tx) => addTask(tx, "t1"))
  })

  test("a batch is confirmed once it is committed, not before", () => {
    const session = bench.join()
    expect(bench.say(report(session, 1, "t1", "running"))).toEqual([])
    expect(bench.dispatcher.wantsCycle(bench.now)).toBe(true)
    const commit = bench.propose()
    expect(bench.dispatcher.tick(bench.now)).toEqual([])
    expect(of("statuses-ack", commit())).toEqual({ type: "statuses-ack", session, batch: 1 })
    expect(bench.state("t1")).toBe("running")
  })

  test("a report that would go back changes nothing and is confirmed without an entry", () => {
    const session = bench.join()
    bench.say(report(session, 1, "t1", "running"))
    bench.cycle()
    const before = bench.store.index
    bench.say(report(session, 2, "t1", "starting"))
    expect(of("statuses-ack", bench.cycle()).batch).toBe(2)
    expect([bench.state("t1"), bench.store.index]).toEqual(["running", before])
  })

  test("of several reports on a task, the furthest counts", () => {
    const session = bench.join()
    bench.say(report(session, 1, "t1", "running"))
    bench.say(report(session, 2, "t1", "starting"))
    bench.cycle()
    expect(bench.state("t1")).toBe("running")
  })

  test("of two reports of one state, the later counts, and none changes an end", () => {
    const session = bench.join()
    const timestamp = () => bench.store.get("tasks", "t1")?.Status.Timestamp
    for (const [State, said, kept] of [
      ["running", "2024-01-01T00:00:05Z", "2024-01-01T00:00:05Z"],
      ["running", "2024-01-01T00:00:04Z", "2024-01-01T00:00:05Z"],
      ["running", "2024-01-01T00:00:06Z", "2024-01-01T00:00:06Z"],
      ["failed", "2024-01-01T00:00:07Z", "2024-01-01T00:00:07Z"],
      ["failed", "2024-01-01T00:00:08Z", "2024-01-01T00:00:07Z"],
    ] as const) {
      bench.say(report(session, 1, "t1", State, said))
      bench.cycle()
      expect(timestamp()).toBe(kept)
    }
  })

  test("reports on tasks of other nodes, or on none, change nothing", () => {
    bench.cycle((tx) => addTask(tx, "t2", "assigned", { NodeID: "w2" }))
    const session = bench.join()
    bench.say(report(session, 1, "t2", "running"))
    bench.say(report(session, 2, "nosuch", "running"))
    bench.cycle()
    expect(bench.state("t2")).toBe("assigned")
    expect(bench.store.get("tasks", "nosuch")).toBeUndefined()
  })

  test("a node cannot report what is not its own to say", () => {
    const session = bench.join()
    for (const claimed of ["orphaned", "remove", "new"] as const) bench.say(report(session, 1, "t1", claimed))
    bench.cycle()
    expect(bench.state("t1")).toBe("assigned")
  })

  test("a report from a session that is over is not taken", () => {
    const session = bench.join()
    bench.join(worker, "a2")
    expect(of("session-lost", bench.say(report(session, 1, "t1", "running"))).session).toBe(session)
    bench.cycle()
    expect(bench.state("t1")).toBe("assigned")
  })
})
