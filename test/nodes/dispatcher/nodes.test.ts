import { beforeEach, describe, expect, test } from "vitest"
import { Random } from "../../../core/random.ts"
import { Dispatcher } from "../../../nodes/manager/dispatcher/dispatcher.ts"
import { admitted } from "../admitted.ts"
import { addTask, Bench, of, register, worker } from "./bench.ts"

const hour = 3_600_000
const managers = [{ nodeId: "m1", addr: "m1:2377" }]

let bench: Bench

beforeEach(() => {
  bench = new Bench()
})

describe("letting nodes in", () => {
  test("a node that was admitted describes itself; one that nobody admitted is not let in", () => {
    bench.join()
    expect(bench.store.get("nodes", "w1")).toMatchObject({
      Spec: { Role: "worker", Availability: "active", Labels: {} },
      Status: { State: "ready", Addr: "10.0.0.2" },
      Description: { Hostname: "worker-1" },
    })
    expect(bench.store.get("nodes", "w1")?.ManagerStatus).toBeUndefined()
    bench.say(register("a1"), { id: "stranger", role: "worker" })
    bench.cycle()
    expect(bench.store.get("nodes", "stranger")).toBeUndefined()
  })

  test("a manager tells where it is reached now", () => {
    const manager = { id: "m1", role: "manager" } as const
    bench.say({ ...register("a1"), managerAddr: "10.0.0.2:2378" }, manager)
    bench.cycle()
    expect(bench.store.get("nodes", "m1")?.ManagerStatus).toMatchObject({ Addr: "10.0.0.2:2378", RaftID: 1 })
  })

  test("a node that leaves is down at once, and the last registration that still comes does not let it in again", () => {
    bench.join()
    bench.say({ type: "leave" })
    expect(bench.cycle().map(({ message }) => message.type)).toContain("leave-ack")
    expect(bench.nodeStatus()).toMatchObject({ State: "down", Message: "node left the swarm" })
    bench.say(register("a1"))
    bench.cycle()
    expect(bench.nodeStatus()?.State).toBe("down")
    expect(of("session-lost", bench.say({ type: "heartbeat", session: "gone" })).session).toBe("gone")
  })

  test("a manager that leaves without being let out of the group is to be none any more, unless it is the last", () => {
    const m1 = { id: "m1", role: "manager" } as const
    const m2 = { id: "m2", role: "manager" } as const
    bench.cycle((tx) => tx.create("nodes", { ...admitted("m2", "manager"), RaftID: 2 }))
    for (const from of [m2, m1]) {
      bench.join(from, `of ${from.id}`)
      bench.say({ type: "leave" }, from)
      bench.cycle()
      expect(bench.store.get("nodes", from.id)?.Status.State).toBe("down")
    }
    expect(bench.store.get("nodes", "m2")).toMatchObject({ Spec: { Role: "worker" }, RaftID: 2 })
    expect(bench.store.get("nodes", "m1")).toMatchObject({ Spec: { Role: "manager" } })
  })

  test("agents are told at once when they are to be something else, and where the managers are", () => {
    const session = bench.join()
    const sent = bench.cycle((tx) => {
      const node = tx.get("nodes", "w1")
      if (node) tx.update("nodes", { ...node, Role: "manager" })
    })
    expect(of("session", sent)).toMatchObject({ session, wanted: { role: "manager" } })
    const moved = bench.cycle((tx) => {
      const node = tx.get("nodes", "m1")
      if (node?.ManagerStatus)
        tx.update("nodes", { ...node, ManagerStatus: { ...node.ManagerStatus, Addr: "m1:2378" } })
    })
    expect(of("session", moved).managers).toEqual([{ nodeId: "m1", addr: "m1:2378" }])
  })

  test("what an administrator said of a node stays when it registers again", () => {
    bench.join()
    bench.cycle((tx) => {
      const node = tx.get("nodes", "w1")
      if (node) tx.update("nodes", { ...node, Spec: { ...node.Spec, Availability: "drain", Labels: { zone: "a" } } })
    })
    bench.join(worker, "a2")
    expect(bench.store.get("nodes", "w1")?.Spec).toEqual({
      Role: "worker",
      Availability: "drain",
      Labels: { zone: "a" },
    })
  })

  test("no session begins before its entry is committed, even for a node that is known", () => {
    bench.join()
    expect(bench.say(register("a2"))).toEqual([])
    const commit = bench.propose()
    expect(bench.dispatcher.tick(bench.now)).toEqual([])
    expect(of("session", commit()).attempt).toBe("a2")
  })

  test("a repeated registration gets the same session again", () => {
    const session = bench.join()
    expect(of("session", bench.say(register("a1"))).session).toBe(session)
    expect(bench.dispatcher.wantsCycle(bench.now)).toBe(false)
  })

  test("a registration that is repeated while it is being committed makes no second session", () => {
    bench.say(register("a1"))
    const commit = bench.propose()
    expect(bench.say(register("a1"))).toEqual([])
    const { session } = of("session", commit())
    expect(bench.dispatcher.wantsCycle(bench.now)).toBe(false)
    expect(of("heartbeat-ack", bench.say({ type: "heartbeat", session })).session).toBe(session)
  })

  test("an unknown session is told so", () => {
    bench.join()
    expect(of("session-lost", bench.say({ type: "heartbeat", session: "old" })).session).toBe("old")
  })

  test("a node that was removed is not let in again", () => {
    const session = bench.join()
    bench.cycle((tx) => tx.delete("nodes", "w1"))
    expect(of("session-lost", bench.say({ type: "heartbeat", session })).session).toBe(session)
    expect(bench.say(register("a2"))).toEqual([])
    expect(bench.dispatcher.wantsCycle(bench.now)).toBe(false)
  })
})

describe("nodes that fall silent", () => {
  test("a node is down three periods after its last heartbeat, a tenth more or less", () => {
    const spans = new Set<number>()
    for (let seed = 0; seed < 30; seed++) {
      bench.lead(seed)
      const session = bench.join(worker, `a${seed}`)
      bench.now += 4_000
      bench.say({ type: "heartbeat", session })
      const beat = bench.now
      bench.pass(13_400)
      expect(bench.nodeStatus()?.State).toBe("ready")
      while (bench.nodeStatus()?.State === "ready") bench.pass(50)
      const span = bench.now - beat
      expect(span).toBeGreaterThan(13_500)
      expect(span).toBeLessThanOrEqual(16_600)
      spans.add(span)
      expect(bench.nodeStatus()).toEqual({ State: "down", Addr: "10.0.0.2", Message: "heartbeat failure" })
    }
    expect(spans.size).toBeGreaterThan(10)
  })

  test("a node that beats is never down", () => {
    const session = bench.join()
    for (let i = 0; i < 100; i++) {
      bench.pass(5_500)
      expect(of("heartbeat-ack", bench.say({ type: "heartbeat", session })).session).toBe(session)
    }
    expect(bench.nodeStatus()?.State).toBe("ready")
  })

  test("a node whose link broke is given one heartbeat period, and as long as ever once it is back", () => {
    bench.join()
    bench.dispatcher.linkDown(bench.now, worker.id)
    bench.pass(4_400)
    expect(bench.nodeStatus()?.State).toBe("ready")
    bench.join(worker, "a2")
    bench.pass(12_000)
    expect(bench.nodeStatus()?.State).toBe("ready")
    bench.dispatcher.linkDown(bench.now, worker.id)
    bench.pass(5_600)
    expect(bench.nodeStatus()).toMatchObject({ State: "down", Message: "heartbeat failure" })
  })

  test("a broken link leaves a node no more time than its silence does, and none to one without a session", () => {
    bench.join()
    const other = bench.store.get("nodes", "m1")
    bench.pass(12_000)
    bench.dispatcher.linkDown(bench.now, worker.id)
    bench.dispatcher.linkDown(bench.now, "m1")
    bench.pass(4_600)
    expect(bench.nodeStatus()?.State).toBe("down")
    expect(bench.store.get("nodes", "m1")).toEqual(other)
  })

  test("a node that is down is ready as soon as it registers", () => {
    const session = bench.join()
    bench.pass(20_000)
    expect(bench.nodeStatus()?.State).toBe("down")
    expect(of("session-lost", bench.say({ type: "heartbeat", session })).type).toBe("session-lost")
    bench.join(worker, "a2")
    expect(bench.nodeStatus()).toEqual({ State: "ready", Addr: "10.0.0.2" })
  })

  test("a heartbeat that comes before the verdict is written saves the node", () => {
    const session = bench.join()
    bench.now += 17_000
    bench.dispatcher.tick(bench.now)
    bench.say({ type: "heartbeat", session })
    bench.cycle()
    expect(bench.nodeStatus()?.State).toBe("ready")
  })

  test("a node that registers at the moment of the verdict is not down", () => {
    bench.join()
    bench.now += 17_000
    bench.say(register("a2"))
    expect(of("session", bench.cycle()).attempt).toBe("a2")
    expect(bench.nodeStatus()?.State).toBe("ready")
  })

  test("a node that came back before the 24 hours were over keeps its tasks", () => {
    bench.join()
    bench.cycle((tx) => addTask(tx, "t1", "running"))
    bench.pass(20_000)
    bench.pass(23 * hour)
    const session = bench.join(worker, "a2")
    for (let i = 0; i < 2 * 720; i++) {
      bench.pass(5_000)
      bench.say({ type: "heartbeat", session })
    }
    expect(bench.state("t1")).toBe("running")
  })

  test("the period is the cluster's, and a change reaches the agents", () => {
    const session = bench.join()
    const sent = bench.cycle((tx) => {
      const cluster = tx.get("clusters", "c")
      const Dispatcher = { HeartbeatPeriod: 1_000_000_000 }
      if (cluster) tx.update("clusters", { ...cluster, Spec: { ...cluster.Spec, Dispatcher } })
    })
    expect(of("session", sent)).toMatchObject({ session, heartbeatPeriod: 1_000 })
    bench.say({ type: "heartbeat", session })
    bench.pass(3_400)
    expect(bench.nodeStatus()?.State).toBe("down")
  })

  test("tasks of a node that is down for 24 hours are orphaned, but not those that had ended", () => {
    bench.join()
    bench.cycle((tx) => {
      addTask(tx, "t1", "running")
      addTask(tx, "t2", "failed")
    })
    bench.pass(20_000)
    bench.pass(24 * hour - 10_000)
    expect(bench.state("t1")).toBe("running")
    bench.pass(20_000)
    expect([bench.state("t1"), bench.state("t2")]).toEqual(["orphaned", "failed"])
  })
})

describe("a new leader", () => {
  test("knows of no node until it registers, and calls it down after six periods", () => {
    bench.join()
    bench.lead(2)
    expect(bench.nodeStatus()?.State).toBe("unknown")
    bench.pass(26_900)
    expect(bench.nodeStatus()?.State).toBe("unknown")
    bench.pass(6_200)
    expect(bench.nodeStatus()).toMatchObject({
      State: "down",
      Message: 'heartbeat failure for node in "unknown" state',
    })
  })

  test("treats a node as any other once it has registered", () => {
    bench.join()
    bench.lead(2)
    bench.join(worker, "a2")
    bench.pass(17_000)
    expect(bench.nodeStatus()).toMatchObject({ State: "down", Message: "heartbeat failure" })
  })

  test("leaves nodes that are down where they are", () => {
    bench.join()
    bench.pass(20_000)
    const before = bench.store.get("nodes", "w1")
    bench.lead(2)
    expect(bench.store.get("nodes", "w1")).toEqual(before)
  })

  test("tells every node whom to turn to, when it knows its own name", () => {
    bench.join()
    bench.dispatcher = new Dispatcher({
      random: new Random(1),
      now: bench.now,
      store: bench.store,
      nodeId: "m1",
    })
    const sent = bench.cycle((tx) => bench.dispatcher.begin(tx, bench.now))
    expect(sent).toEqual(["w1", "m1"].map((to) => ({ to, message: { type: "redirect", leader: "m1", managers } })))
  })

  test("and one that steps down tells its agents who leads now", () => {
    bench.join()
    expect(bench.dispatcher.stepDown("m2")).toEqual([
      { to: "w1", message: { type: "redirect", leader: "m2", managers } },
    ])
    expect(bench.dispatcher.stepDown(undefined)[0]?.message).toEqual({ type: "redirect", managers })
  })
})
