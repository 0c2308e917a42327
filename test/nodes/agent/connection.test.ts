import { describe, expect, test } from "vitest"
import { Random } from "../../../core/random.ts"
import { Connection } from "../../../nodes/agent/connection.ts"
import { defaultAgentTiming } from "../../../nodes/agent/timing.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import { runs, SmallWorld } from "./small-world.ts"

const ids = ["m1", "m2", "m3"]
const at = (nodeId: string) => ({ nodeId, addr: `${nodeId}:2377` })
const managers = ids.map(at)
const wanted = { role: "worker" } as const

function connection(nodeId = "w1"): Connection {
  return new Connection(
    {
      nodeId,
      description: describeMachine(nodeId),
      addr: "10.0.0.9",
      managers,
      random: new Random("connection"),
      timing: defaultAgentTiming,
    },
    0,
  )
}

/** The manager that was asked to register last, and with which attempt. */
function asked(made: Connection): { to: string; attempt: string } {
  const registers = made
    .take()
    .flatMap(({ to, message }) => (message.type === "register" ? [{ to, attempt: message.attempt }] : []))
  const last = registers.at(-1)
  if (last === undefined) throw new Error("nobody was asked")
  return last
}

function connected(): { made: Connection; manager: string } {
  const made = connection()
  made.wake(0)
  const { to, attempt } = asked(made)
  expect(
    made.receive(1, to, { type: "session", attempt, session: "s1", heartbeatPeriod: 5_000, managers, wanted }),
  ).toBe(true)
  return { made, manager: to }
}

describe("an agent's connection", () => {
  test("goes to its own manager first, where the node is one", () => {
    const made = connection("m2")
    made.wake(0)
    expect(asked(made).to).toBe("m2")
  })

  test("follows a redirect to the leader at once", () => {
    const made = connection("m2")
    made.wake(0)
    asked(made)
    made.receive(5, "m2", { type: "redirect", leader: "m3", managers })
    expect(asked(made).to).toBe("m3")
  })

  test("pauses when managers send it round in circles", () => {
    const made = connection("m1")
    made.wake(0)
    let at = "m1"
    let hops = 0
    for (; made.take().length > 0 && hops < 20; hops++) {
      const next = at === "m1" ? "m2" : "m1"
      made.receive(5, at, { type: "redirect", leader: next, managers })
      at = next
    }
    expect(hops).toBeLessThan(8)
    expect(made.nextWake()).toBeGreaterThan(5)
  })

  test("tries another manager when one is silent, and waits longer each time", () => {
    const made = connection()
    let now = 0
    const waits: Array<number> = []
    let last = ""
    for (let i = 0; i < 6; i++) {
      made.wake(now)
      const { to } = asked(made)
      expect(to).not.toBe(last)
      last = to
      waits.push(made.nextWake() - now)
      now = made.nextWake()
    }
    expect(waits[0]).toBeLessThan(1_300)
    expect(waits[5]).toBeGreaterThan(5_900)
    expect(Math.max(...waits)).toBeLessThan(10_100)
  })

  test("beats every period, give or take a tenth", () => {
    const { made, manager } = connected()
    let now = 1
    const gaps: Array<number> = []
    for (let i = 0; i < 50; i++) {
      gaps.push(made.nextWake() - now)
      now = made.nextWake()
      made.wake(now)
      made.receive(now, manager, { type: "heartbeat-ack", session: "s1", wanted })
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4_500)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_500)
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(500)
  })

  test("gives a silent manager two seconds, then looks for another", () => {
    const { made, manager } = connected()
    made.take()
    const beat = made.nextWake()
    made.wake(beat)
    made.wake(made.nextWake())
    expect(made.take().map(({ message }) => message.type)).toEqual(["heartbeat", "heartbeat"])
    const end = made.nextWake()
    made.wake(end)
    expect(end - beat).toBe(2 * defaultAgentTiming.heartbeatPatience)
    expect(made.session).toBeUndefined()
    expect(asked(made).to).not.toBe(manager)
  })

  test("takes no session that it did not ask for", () => {
    const { made, manager } = connected()
    made.receive(9, manager, {
      type: "session",
      attempt: "old",
      session: "s0",
      heartbeatPeriod: 5_000,
      managers,
      wanted,
    })
    expect(made.session?.id).toBe("s1")
  })

  test("takes no answer to an earlier try", () => {
    const made = connection()
    made.wake(0)
    const first = asked(made)
    made.receive(1, first.to, { type: "redirect", leader: "m9", managers: [...managers, at("m9")] })
    const second = asked(made)
    const late = { type: "session", session: "s0", heartbeatPeriod: 5_000, managers, wanted } as const
    expect(made.receive(2, first.to, { ...late, attempt: first.attempt })).toBe(false)
    expect(made.session).toBeUndefined()
    expect(made.receive(3, "m9", { ...late, attempt: second.attempt })).toBe(true)
  })

  test("ignores redirects of managers it has nothing to do with", () => {
    const { made, manager } = connected()
    const [other = "", third = ""] = ids.filter((id) => id !== manager)
    made.receive(9, other, { type: "redirect", leader: third, managers })
    expect(made.session?.manager).toBe(manager)
  })

  test("asks whom a worker names that it took for a manager, and then those from before again", () => {
    const made = connection()
    made.wake(0)
    const former = asked(made).to
    const shown = [at("m8"), at("m9")]
    expect(made.follow(1, former, { leader: "m9", managers: shown })).toEqual(at("m9"))
    expect(asked(made).to).toBe("m9")
    for (let i = 0; i < 20; i++) {
      made.wake(made.nextWake())
      expect(ids).toContain(asked(made).to)
    }
    expect(made.managers).toEqual(managers)
  })

  test("hears no worker that it did not ask, and none for ever", () => {
    const { made } = connected()
    const strange = { leader: "m9", managers: [at("m9")] }
    expect(made.follow(9, "w7", strange)).toBeUndefined()
    expect(made.session?.id).toBe("s1")
    const lost = connection()
    let followed = 0
    for (let i = 0; i < 1_000; i++) {
      lost.wake(lost.nextWake())
      const to = lost.take().at(-1)?.to ?? ""
      if (lost.follow(lost.nextWake() - 1, to, { leader: `x${i}`, managers: [at(`x${i}`)] })) followed++
    }
    expect(followed).toBe(64)
  })

  test("turns to a manager that announces its leadership", () => {
    const { made, manager } = connected()
    const other = ids.find((id) => id !== manager) ?? ""
    made.take()
    made.receive(9, other, { type: "redirect", leader: other, managers })
    expect(asked(made).to).toBe(other)
  })

  test("takes a new period for the same session", () => {
    const { made, manager } = connected()
    made.receive(100, manager, {
      type: "session",
      attempt: "any",
      session: "s1",
      heartbeatPeriod: 1_000,
      managers,
      wanted,
    })
    expect(made.nextWake()).toBeLessThanOrEqual(1_200)
  })

  test("leaves a manager whose link broke, soon", () => {
    const { made, manager } = connected()
    made.linkDown(50, manager)
    expect(made.session).toBeUndefined()
    expect(made.nextWake()).toBeLessThan(400)
  })
})

test("over a slow path a session lasts all the same", () => {
  const slow = { latency_ms_min: 1_400, latency_ms_max: 1_600 }
  const world = new SmallWorld({ managers: ["m1"], conditions: slow })
  world.addHost("w1", "worker")
  world.runUntil(() => world.nodeState("w1") === "ready")
  world.runFor(10_000)
  const sessions = () => world.host("w1").agentDriver.outputs.filter(({ type }) => type === "session").length
  const before = sessions()
  for (let i = 0; i < 120; i++) {
    world.runFor(1_000)
    expect(world.nodeState("w1")).toBe("ready")
  }
  expect(sessions()).toBe(before)
})

describe("when the leader changes", () => {
  const three = () => {
    const world = new SmallWorld({ managers: ids })
    for (const worker of ["w1", "w2", "w3"]) world.addHost(worker, "worker")
    world.runUntil(() => [...ids, "w1", "w2", "w3"].every((id) => world.nodeState(id) === "ready"))
    return world
  }
  const allReady = (world: SmallWorld) =>
    [...world.hosts.values()].filter(({ up }) => up).every(({ id }) => world.nodeState(id) === "ready")

  test("nodes are unknown until their agents are back, and no container notices", () => {
    const world = three()
    world.addTask("t1", "w1", runs("nginx"))
    world.runUntil(() => world.state("t1") === "running")
    const container = world.container("w1", "t1")?.Id
    world.lead("m2")
    world.runUntil(() => world.nodeState("w1") === "unknown", 100)
    expect(world.store.get("nodes", "w1")?.Status.Message).toBe(
      'Node moved to "unknown" state due to leadership change in cluster',
    )
    expect(world.runUntil(() => allReady(world))).toBeLessThan(200)
    expect(world.container("w1", "t1")?.Id).toBe(container)
    expect(world.state("t1")).toBe("running")
  })

  test("agents are back within moments of the new leader's beginning when the old one crashed", () => {
    const world = three()
    world.crash("m1")
    world.runFor(1_500)
    world.lead("m3")
    expect(world.runUntil(() => allReady(world))).toBeLessThan(3_000)
  })

  test("what happened to tasks in between is reported to the new leader", () => {
    const world = three()
    world.addTask("t1", "w1", runs("busybox", ["sh", "-c", "sleep 3; exit 9"]))
    world.runUntil(() => world.state("t1") === "running")
    world.lead(undefined)
    world.runFor(20_000)
    world.lead("m2")
    world.runUntil(() => world.state("t1") === "failed", 10_000)
  })
})
