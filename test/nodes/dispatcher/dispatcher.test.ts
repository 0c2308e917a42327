import { beforeEach, describe, expect, test } from "vitest"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { Task, TaskState } from "../../../core/model/task.ts"
import { Random } from "../../../core/random.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import { type Dispatch, Dispatcher } from "../../../nodes/manager/dispatcher/dispatcher.ts"
import type { Peer } from "../../../nodes/peer.ts"
import type { AgentMessage, DispatchMessage } from "../../../nodes/protocol.ts"

const worker: Peer = { id: "w1", role: "worker" }
const start = 1_700_000_000_000
const hour = 3_600_000

let store: ClusterStore
let dispatcher: Dispatcher
let now: number

function lead(random: string | number = 1): void {
  dispatcher = new Dispatcher({
    random: new Random(random),
    now,
    raftIdOf: (id) => (id === "m1" ? 1 : undefined),
    managerIds: ["m1"],
  })
  cycle((tx) => dispatcher.begin(tx, now))
}

/** One cycle of the leader, committed at once. */
function cycle(mutation: (tx: Transaction) => void = () => {}): ReadonlyArray<Dispatch> {
  const commit = propose(mutation)
  return commit()
}

/** Writes a cycle; what is returned commits it. */
function propose(mutation: (tx: Transaction) => void = () => {}): () => ReadonlyArray<Dispatch> {
  const tx = store.begin(now)
  mutation(tx)
  dispatcher.write(tx, now)
  const changes = tx.changeSet()
  if (changes.length === 0) return () => dispatcher.tick(now)
  return () => dispatcher.committed(now, store.apply(changes, store.index + 1), store)
}

const say = (message: AgentMessage, from = worker) => dispatcher.receive(now, from, message)

const register = (attempt: string): AgentMessage => ({
  type: "register",
  attempt,
  description: describeMachine("worker-1"),
  addr: "10.0.0.2",
})

function of<T extends DispatchMessage["type"]>(
  type: T,
  messages: ReadonlyArray<Dispatch>,
): Extract<DispatchMessage, { type: T }> {
  const found = messages.find(({ message }) => message.type === type)?.message
  if (found === undefined) throw new Error(`no ${type} among ${JSON.stringify(messages)}`)
  return found as Extract<DispatchMessage, { type: T }>
}

/** Registers a node; returns its session, the first assignments confirmed. */
function join(from = worker, attempt = "a1"): string {
  say(register(attempt), from)
  const { session } = of("session", cycle())
  say({ type: "assigned", session, sequence: 1 }, from)
  return session
}

function addTask(tx: Transaction, id: string, state: TaskState = "assigned", more: Partial<Task> = {}): void {
  const SpecVersion = { Index: 1 }
  if (tx.get("specs", "s.1") === undefined)
    tx.create("specs", {
      ID: "s.1",
      ServiceID: "s",
      SpecVersion,
      ServiceName: "web",
      Spec: { ContainerSpec: { Image: "nginx", Secrets: [{ SecretID: "x", SecretName: "x" }] } },
    })
  tx.create("tasks", {
    ID: id,
    ServiceID: "s",
    SpecVersion,
    NodeID: "w1",
    Slot: 1,
    Status: { Timestamp: "2024-01-01T00:00:00Z", State: state },
    DesiredState: "running",
    ...more,
  })
}

const desire = (tx: Transaction, id: string, DesiredState: TaskState) => {
  const task = tx.get("tasks", id)
  if (task) tx.update("tasks", { ...task, DesiredState })
}

const report = (
  session: string,
  batch: number,
  taskId: string,
  State: TaskState,
  Timestamp = "2024-01-01T00:00:01Z",
): AgentMessage => ({
  type: "statuses",
  session,
  batch,
  statuses: [{ taskId, status: { Timestamp, State } }],
})

const state = (taskId: string) => store.get("tasks", taskId)?.Status.State
const nodeStatus = () => store.get("nodes", "w1")?.Status

/** Lets time pass; the leader acts whenever the dispatcher wants to. */
function pass(span: number): ReadonlyArray<Dispatch> {
  const end = now + span
  const sent: Array<Dispatch> = []
  for (let wake = dispatcher.nextWake(); wake !== undefined && wake <= end; wake = dispatcher.nextWake()) {
    now = Math.max(now, wake)
    if (dispatcher.wantsCycle(now)) sent.push(...cycle())
    sent.push(...dispatcher.tick(now))
  }
  now = end
  return sent
}

beforeEach(() => {
  store = new ClusterStore()
  now = start
  const tx = store.begin(now)
  tx.create("clusters", {
    ID: "c",
    Spec: defaultClusterSpec,
    DefaultAddrPool: [],
    SubnetSize: 24,
    DataPathPort: 4789,
    RootRotationInProgress: false,
  })
  tx.create("secrets", { ID: "x", Spec: { Name: "x", Data: "eA==" } })
  store.apply(tx.changeSet(), 1)
  lead()
})

describe("letting nodes in", () => {
  test("a new node gets an entry of its own, with the role its certificate says", () => {
    join()
    expect(store.get("nodes", "w1")).toMatchObject({
      Spec: { Role: "worker", Availability: "active", Labels: {} },
      Status: { State: "ready", Addr: "10.0.0.2" },
      Description: { Hostname: "worker-1" },
    })
    expect(store.get("nodes", "w1")?.ManagerStatus).toBeUndefined()
    join({ id: "m1", role: "manager" })
    expect(store.get("nodes", "m1")?.ManagerStatus).toEqual({
      Reachability: "reachable",
      Addr: "10.0.0.2:2377",
      RaftID: 1,
    })
  })

  test("what an administrator said of a node stays when it registers again", () => {
    join()
    cycle((tx) => {
      const node = tx.get("nodes", "w1")
      if (node) tx.update("nodes", { ...node, Spec: { ...node.Spec, Availability: "drain", Labels: { zone: "a" } } })
    })
    join(worker, "a2")
    expect(store.get("nodes", "w1")?.Spec).toEqual({ Role: "worker", Availability: "drain", Labels: { zone: "a" } })
  })

  test("no session begins before its entry is committed, even for a node that is known", () => {
    join()
    expect(say(register("a2"))).toEqual([])
    const commit = propose()
    expect(dispatcher.tick(now)).toEqual([])
    expect(of("session", commit()).attempt).toBe("a2")
  })

  test("a repeated registration gets the same session again", () => {
    const session = join()
    expect(of("session", say(register("a1"))).session).toBe(session)
    expect(dispatcher.wantsCycle(now)).toBe(false)
  })

  test("a registration that is repeated while it is being committed makes no second session", () => {
    say(register("a1"))
    const commit = propose()
    expect(say(register("a1"))).toEqual([])
    const { session } = of("session", commit())
    expect(dispatcher.wantsCycle(now)).toBe(false)
    expect(of("heartbeat-ack", say({ type: "heartbeat", session })).session).toBe(session)
  })

  test("an unknown session is told so", () => {
    join()
    expect(of("session-lost", say({ type: "heartbeat", session: "old" })).session).toBe("old")
  })

  test("a node that was removed is not let in again", () => {
    const session = join()
    cycle((tx) => tx.delete("nodes", "w1"))
    expect(of("session-lost", say({ type: "heartbeat", session })).session).toBe(session)
    expect(say(register("a2"))).toEqual([])
    expect(dispatcher.wantsCycle(now)).toBe(false)
  })
})

describe("nodes that fall silent", () => {
  test("a node is down three periods after its last heartbeat, a tenth more or less", () => {
    const spans = new Set<number>()
    for (let seed = 0; seed < 30; seed++) {
      lead(seed)
      const session = join(worker, `a${seed}`)
      now += 4_000
      say({ type: "heartbeat", session })
      const beat = now
      pass(13_400)
      expect(nodeStatus()?.State).toBe("ready")
      while (nodeStatus()?.State === "ready") pass(50)
      const span = now - beat
      expect(span).toBeGreaterThan(13_500)
      expect(span).toBeLessThanOrEqual(16_600)
      spans.add(span)
      expect(nodeStatus()).toEqual({ State: "down", Addr: "10.0.0.2", Message: "heartbeat failure" })
    }
    expect(spans.size).toBeGreaterThan(10)
  })

  test("a node that beats is never down", () => {
    const session = join()
    for (let i = 0; i < 100; i++) {
      pass(5_500)
      expect(of("heartbeat-ack", say({ type: "heartbeat", session })).session).toBe(session)
    }
    expect(nodeStatus()?.State).toBe("ready")
  })

  test("a node that is down is ready as soon as it registers", () => {
    const session = join()
    pass(20_000)
    expect(nodeStatus()?.State).toBe("down")
    expect(of("session-lost", say({ type: "heartbeat", session })).type).toBe("session-lost")
    join(worker, "a2")
    expect(nodeStatus()).toEqual({ State: "ready", Addr: "10.0.0.2" })
  })

  test("a heartbeat that comes before the verdict is written saves the node", () => {
    const session = join()
    now += 17_000
    dispatcher.tick(now)
    say({ type: "heartbeat", session })
    cycle()
    expect(nodeStatus()?.State).toBe("ready")
  })

  test("a node that registers at the moment of the verdict is not down", () => {
    join()
    now += 17_000
    say(register("a2"))
    expect(of("session", cycle()).attempt).toBe("a2")
    expect(nodeStatus()?.State).toBe("ready")
  })

  test("a node that came back before the 24 hours were over keeps its tasks", () => {
    join()
    cycle((tx) => addTask(tx, "t1", "running"))
    pass(20_000)
    pass(23 * hour)
    const session = join(worker, "a2")
    for (let i = 0; i < 2 * 720; i++) {
      pass(5_000)
      say({ type: "heartbeat", session })
    }
    expect(state("t1")).toBe("running")
  })

  test("the period is the cluster's, and a change reaches the agents", () => {
    const session = join()
    const sent = cycle((tx) => {
      const cluster = tx.get("clusters", "c")
      const Dispatcher = { HeartbeatPeriod: 1_000_000_000 }
      if (cluster) tx.update("clusters", { ...cluster, Spec: { ...cluster.Spec, Dispatcher } })
    })
    expect(of("session", sent)).toMatchObject({ session, heartbeatPeriod: 1_000 })
    say({ type: "heartbeat", session })
    pass(3_400)
    expect(nodeStatus()?.State).toBe("down")
  })

  test("tasks of a node that is down for 24 hours are orphaned, but not those that had ended", () => {
    join()
    cycle((tx) => {
      addTask(tx, "t1", "running")
      addTask(tx, "t2", "failed")
    })
    pass(20_000)
    pass(24 * hour - 10_000)
    expect(state("t1")).toBe("running")
    pass(20_000)
    expect([state("t1"), state("t2")]).toEqual(["orphaned", "failed"])
  })
})

describe("a new leader", () => {
  test("knows of no node until it registers, and calls it down after six periods", () => {
    join()
    lead(2)
    expect(nodeStatus()?.State).toBe("unknown")
    pass(26_900)
    expect(nodeStatus()?.State).toBe("unknown")
    pass(6_200)
    expect(nodeStatus()).toMatchObject({ State: "down", Message: 'heartbeat failure for node in "unknown" state' })
  })

  test("treats a node as any other once it has registered", () => {
    join()
    lead(2)
    join(worker, "a2")
    pass(17_000)
    expect(nodeStatus()).toMatchObject({ State: "down", Message: "heartbeat failure" })
  })

  test("leaves nodes that are down where they are", () => {
    join()
    pass(20_000)
    const before = store.get("nodes", "w1")
    lead(2)
    expect(store.get("nodes", "w1")).toEqual(before)
  })

  test("tells every node whom to turn to, when it knows its own name", () => {
    join()
    dispatcher = new Dispatcher({ random: new Random(1), now, raftIdOf: () => 1, managerIds: ["m1"], nodeId: "m1" })
    const sent = cycle((tx) => dispatcher.begin(tx, now))
    expect(sent).toEqual([{ to: "w1", message: { type: "redirect", leader: "m1", managers: ["m1"] } }])
  })

  test("and one that steps down tells its agents who leads now", () => {
    join()
    expect(dispatcher.stepDown("m2")).toEqual([
      { to: "w1", message: { type: "redirect", leader: "m2", managers: ["m1"] } },
    ])
    expect(dispatcher.stepDown(undefined)[0]?.message).toEqual({ type: "redirect", managers: ["m1"] })
  })
})

describe("telling nodes their tasks", () => {
  test("a session begins with everything that is assigned to the node, with its spec and secrets", () => {
    cycle((tx) => {
      addTask(tx, "t1")
      addTask(tx, "t2", "pending")
      addTask(tx, "t3", "assigned", { NodeID: "w2" })
    })
    say(register("a1"))
    const message = of("assignments", cycle())
    expect(message).toMatchObject({ sequence: 1, complete: true, remove: [] })
    expect(message.assign.map(({ task }) => task.ID)).toEqual(["t1"])
    expect(message.assign[0]).toMatchObject({
      serviceName: "web",
      spec: { ContainerSpec: { Image: "nginx" } },
      secrets: [{ id: "x", spec: { Data: "eA==" } }],
    })
  })

  test("later it tells what changed: new tasks, other desired states, deletions", () => {
    const session = join()
    const first = of(
      "assignments",
      cycle((tx) => addTask(tx, "t1")),
    )
    expect(first).toMatchObject({ session, sequence: 2, complete: false, assign: [{ task: { ID: "t1" } }] })
    say({ type: "assigned", session, sequence: 2 })
    const second = of(
      "assignments",
      cycle((tx) => desire(tx, "t1", "shutdown")),
    )
    expect(second.assign[0]?.task.DesiredState).toBe("shutdown")
    say({ type: "assigned", session, sequence: 3 })
    expect(
      of(
        "assignments",
        cycle((tx) => tx.delete("tasks", "t1")),
      ),
    ).toMatchObject({ assign: [], remove: ["t1"] })
  })

  test("a node is not told what it reported itself", () => {
    const session = join()
    cycle((tx) => addTask(tx, "t1"))
    say({ type: "assigned", session, sequence: 2 })
    say(report(session, 1, "t1", "running"))
    expect(cycle().map(({ message }) => message.type)).toEqual(["statuses-ack"])
  })

  test("a node is not told to stop what it said has ended, but is told to remove it", () => {
    const session = join()
    cycle((tx) => addTask(tx, "t1"))
    say({ type: "assigned", session, sequence: 2 })
    say(report(session, 1, "t1", "failed"))
    cycle()
    expect(cycle((tx) => desire(tx, "t1", "shutdown"))).toEqual([])
    expect(
      of(
        "assignments",
        cycle((tx) => tx.delete("tasks", "t1")),
      ).remove,
    ).toEqual(["t1"])
  })

  test("what changes while a message is on its way goes with the next", () => {
    const session = join()
    cycle((tx) => addTask(tx, "t1"))
    expect(cycle((tx) => addTask(tx, "t2"))).toEqual([])
    expect(cycle((tx) => desire(tx, "t1", "shutdown"))).toEqual([])
    const message = of("assignments", say({ type: "assigned", session, sequence: 2 }))
    expect(message.assign.map(({ task }) => [task.ID, task.DesiredState])).toEqual([
      ["t2", "running"],
      ["t1", "shutdown"],
    ])
  })

  test("a message that nobody confirms is sent again, ever more rarely", () => {
    const session = join()
    const first = of(
      "assignments",
      cycle((tx) => addTask(tx, "t1")),
    )
    const times: Array<number> = []
    for (let i = 0; i < 12_000; i += 100) {
      say({ type: "heartbeat", session })
      const sent = pass(100)
      if (sent.length > 0) times.push(i)
      for (const { message } of sent) expect(message).toEqual(first)
    }
    expect(times).toHaveLength(3)
    say({ type: "assigned", session, sequence: 2 })
    expect(pass(5_000)).toEqual([])
  })
})

describe("taking reports", () => {
  beforeEach(() => {
    cycle((tx) => addTask(tx, "t1"))
  })

  test("a batch is confirmed once it is committed, not before", () => {
    const session = join()
    expect(say(report(session, 1, "t1", "running"))).toEqual([])
    expect(dispatcher.wantsCycle(now)).toBe(true)
    const commit = propose()
    expect(dispatcher.tick(now)).toEqual([])
    expect(of("statuses-ack", commit())).toEqual({ type: "statuses-ack", session, batch: 1 })
    expect(state("t1")).toBe("running")
  })

  test("a report that would go back changes nothing and is confirmed without an entry", () => {
    const session = join()
    say(report(session, 1, "t1", "running"))
    cycle()
    const before = store.index
    say(report(session, 2, "t1", "starting"))
    expect(of("statuses-ack", cycle()).batch).toBe(2)
    expect([state("t1"), store.index]).toEqual(["running", before])
  })

  test("of several reports on a task, the furthest counts", () => {
    const session = join()
    say(report(session, 1, "t1", "running"))
    say(report(session, 2, "t1", "starting"))
    cycle()
    expect(state("t1")).toBe("running")
  })

  test("of two reports of one state, the later counts, and none changes an end", () => {
    const session = join()
    const timestamp = () => store.get("tasks", "t1")?.Status.Timestamp
    for (const [State, said, kept] of [
      ["running", "2024-01-01T00:00:05Z", "2024-01-01T00:00:05Z"],
      ["running", "2024-01-01T00:00:04Z", "2024-01-01T00:00:05Z"],
      ["running", "2024-01-01T00:00:06Z", "2024-01-01T00:00:06Z"],
      ["failed", "2024-01-01T00:00:07Z", "2024-01-01T00:00:07Z"],
      ["failed", "2024-01-01T00:00:08Z", "2024-01-01T00:00:07Z"],
    ] as const) {
      say(report(session, 1, "t1", State, said))
      cycle()
      expect(timestamp()).toBe(kept)
    }
  })

  test("reports on tasks of other nodes, or on none, change nothing", () => {
    cycle((tx) => addTask(tx, "t2", "assigned", { NodeID: "w2" }))
    const session = join()
    say(report(session, 1, "t2", "running"))
    say(report(session, 2, "nosuch", "running"))
    cycle()
    expect(state("t2")).toBe("assigned")
    expect(store.get("tasks", "nosuch")).toBeUndefined()
  })

  test("a node cannot report what is not its own to say", () => {
    const session = join()
    for (const claimed of ["orphaned", "remove", "new"] as const) say(report(session, 1, "t1", claimed))
    cycle()
    expect(state("t1")).toBe("assigned")
  })

  test("a report from a session that is over is not taken", () => {
    const session = join()
    join(worker, "a2")
    expect(of("session-lost", say(report(session, 1, "t1", "running"))).session).toBe(session)
    cycle()
    expect(state("t1")).toBe("assigned")
  })
})
