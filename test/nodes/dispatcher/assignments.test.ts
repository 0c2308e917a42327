import { beforeEach, describe, expect, test } from "vitest"
import { addTask, Bench, desire, of, register, report } from "./bench.ts"

let bench: Bench

beforeEach(() => {
  bench = new Bench()
})

describe("telling nodes their tasks", () => {
  test("a session begins with everything that is assigned to the node, with its spec and secrets", () => {
    bench.cycle((tx) => {
      addTask(tx, "t1")
      addTask(tx, "t2", "pending")
      addTask(tx, "t3", "assigned", { NodeID: "w2" })
    })
    bench.say(register("a1"))
    const message = of("assignments", bench.cycle())
    expect(message).toMatchObject({ sequence: 1, complete: true, remove: [] })
    expect(message.assign.map(({ task }) => task.ID)).toEqual(["t1"])
    expect(message.assign[0]).toMatchObject({
      serviceName: "web",
      spec: { ContainerSpec: { Image: "nginx" } },
      secrets: [{ id: "x", spec: { Data: "eA==" } }],
    })
  })

  test("later it tells what changed: new tasks, other desired states, deletions", () => {
    const session = bench.join()
    const first = of(
      "assignments",
      bench.cycle((tx) => addTask(tx, "t1")),
    )
    expect(first).toMatchObject({ session, sequence: 2, complete: false, assign: [{ task: { ID: "t1" } }] })
    bench.say({ type: "assigned", session, sequence: 2 })
    const second = of(
      "assignments",
      bench.cycle((tx) => desire(tx, "t1", "shutdown")),
    )
    expect(second.assign[0]?.task.DesiredState).toBe("shutdown")
    bench.say({ type: "assigned", session, sequence: 3 })
    expect(
      of(
        "assignments",
        bench.cycle((tx) => tx.delete("tasks", "t1")),
      ),
    ).toMatchObject({ assign: [], remove: ["t1"] })
  })

  test("a node is not told what it reported itself", () => {
    const session = bench.join()
    bench.cycle((tx) => addTask(tx, "t1"))
    bench.say({ type: "assigned", session, sequence: 2 })
    bench.say(report(session, 1, "t1", "running"))
    expect(bench.cycle().map(({ message }) => message.type)).toEqual(["statuses-ack"])
  })

  test("a node is not told to stop what it said has ended, but is told to remove it", () => {
    const session = bench.join()
    bench.cycle((tx) => addTask(tx, "t1"))
    bench.say({ type: "assigned", session, sequence: 2 })
    bench.say(report(session, 1, "t1", "failed"))
    bench.cycle()
    expect(bench.cycle((tx) => desire(tx, "t1", "shutdown"))).toEqual([])
    expect(
      of(
        "assignments",
        bench.cycle((tx) => tx.delete("tasks", "t1")),
      ).remove,
    ).toEqual(["t1"])
  })

  test("what changes while a message is on its way goes with the next", () => {
    const session = bench.join()
    bench.cycle((tx) => addTask(tx, "t1"))
    expect(bench.cycle((tx) => addTask(tx, "t2"))).toEqual([])
    expect(bench.cycle((tx) => desire(tx, "t1", "shutdown"))).toEqual([])
    const message = of("assignments", bench.say({ type: "assigned", session, sequence: 2 }))
    expect(message.assign.map(({ task }) => [task.ID, task.DesiredState])).toEqual([
      ["t2", "running"],
      ["t1", "shutdown"],
    ])
  })

  test("a message that nobody confirms is sent again, ever more rarely", () => {
    const session = bench.join()
    const first = of(
      "assignments",
      bench.cycle((tx) => addTask(tx, "t1")),
    )
    const times: Array<number> = []
    for (let i = 0; i < 12_000; i += 100) {
      bench.say({ type: "heartbeat", session })
      const sent = bench.pass(100)
      if (sent.length > 0) times.push(i)
      for (const { message } of sent) expect(message).toEqual(first)
    }
    expect(times).toHaveLength(3)
    bench.say({ type: "assigned", session, sequence: 2 })
    expect(bench.pass(5_000)).toEqual([])
  })
})
