import { beforeEach, describe, expect, test } from "vitest"
import type { Transaction } from "../../../core/store/transaction.ts"
import type { Dispatch } from "../../../nodes/manager/dispatcher/dispatch.ts"
import { addTask, Bench, of, register } from "./bench.ts"

let bench: Bench

beforeEach(() => {
  bench = new Bench()
})

/** The service of the tasks, with a published port. */
const publish = (tx: Transaction, PublishedPort = 8080) => {
  const port = { Protocol: "tcp", TargetPort: 80, PublishedPort, PublishMode: "ingress" } as const
  tx.create("services", {
    ID: "s",
    Spec: { Name: "web", TaskTemplate: {}, Mode: { Replicated: { Replicas: 1 } } },
    SpecVersion: { Index: 1 },
    Endpoint: { Ports: [port] },
  })
}

const running = (tx: Transaction, id: string) => {
  const task = tx.get("tasks", id)
  if (!task) throw new Error(id)
  tx.update("tasks", { ...task, Status: { ...task.Status, State: "running" } })
}

const routes = (sent: ReadonlyArray<Dispatch>) => sent.filter(({ message }) => message.type === "routes")

describe("telling nodes what is published", () => {
  test("a session begins with it, also when it is nothing", () => {
    bench.say(register("a1"))
    expect(of("routes", bench.cycle())).toMatchObject({ number: 1, routes: [] })
  })

  test("the ingress network comes along, and again when it is another", () => {
    const named = (Name: string) => ({ Spec: { Name, Driver: "overlay", Ingress: true } })
    bench.cycle((tx) => tx.create("networks", { ID: "n1", ...named("ingress") }))
    bench.pass(150)
    bench.say(register("a1"))
    expect(of("routes", bench.cycle())).toMatchObject({ routes: [], network: { ID: "n1" } })
    bench.cycle((tx) => tx.create("networks", { ID: "n2", Spec: { Name: "front", Driver: "overlay" } }))
    expect(routes(bench.pass(150))).toEqual([])
    bench.cycle((tx) => tx.delete("networks", "n1"))
    expect(of("routes", bench.pass(150))).not.toHaveProperty("network")
    bench.cycle((tx) => tx.create("networks", { ID: "n3", ...named("mine") }))
    expect(of("routes", bench.pass(150))).toMatchObject({ network: { ID: "n3" } })
  })

  test("changes are gathered for a moment, and only what is another answer is told", () => {
    const session = bench.join()
    bench.cycle((tx) => {
      addTask(tx, "t1")
      publish(tx)
    })
    const first = routes(bench.pass(150))
    expect(first).toMatchObject([
      { to: "w1", message: { session, number: 2, routes: [{ publishedPort: 8080, targets: [] }] } },
    ])
    bench.cycle((tx) => running(tx, "t1"))
    bench.cycle((tx) => addTask(tx, "t2"))
    const second = routes(bench.pass(150))
    expect(second).toMatchObject([
      { message: { number: 3, routes: [{ targets: [{ nodeId: "w1", taskId: "t1", port: 80 }] }] } },
    ])
    expect(second).toHaveLength(1)
    bench.cycle((tx) => running(tx, "t2"))
    bench.cycle((tx) => tx.delete("tasks", "t2"))
    expect(routes(bench.pass(150))).toEqual([])
  })

  test("what was lost on its way is told again when a heartbeat names another number", () => {
    const session = bench.join()
    bench.cycle((tx) => {
      addTask(tx, "t1")
      publish(tx)
    })
    bench.pass(150)
    expect(routes(bench.say({ type: "heartbeat", session, routes: 1 }))).toMatchObject([{ message: { number: 2 } }])
    expect(routes(bench.say({ type: "heartbeat", session, routes: 2 }))).toEqual([])
  })

  test("tasks of services that publish nothing are nobody's news", () => {
    bench.join()
    bench.cycle((tx) => addTask(tx, "t1"))
    bench.cycle((tx) => running(tx, "t1"))
    expect(routes(bench.pass(500))).toEqual([])
  })

  test("the next leader knows it from the start", () => {
    bench.cycle((tx) => {
      addTask(tx, "t1")
      publish(tx)
      running(tx, "t1")
    })
    bench.lead(2)
    bench.say(register("a2"))
    expect(of("routes", bench.cycle())).toMatchObject({
      routes: [{ publishedPort: 8080, targets: [{ taskId: "t1" }] }],
    })
  })
})
